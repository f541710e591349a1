// Made from Rules/lexicon.txt; to make it anew: RECORD_RULES=1 swift test --filter StatementTests
// swift-format-ignore-file

/// The contents of `Rules/lexicon.txt`.
package let lexiconText = #"""
# The words that sentences of chest radiograph reports are read by.
#
# One entry a line, fields between bars, terms between commas, `#` begins a comment.
# In a term, `*` at the end of a word stands for any ending and `~` for up to three words.
# The longest term wins. Words are compared without case; a hyphen is a space.

[observations]
# name | CheXpert category | side: yes or no | usual place | terms
enlarged-cardiomediastinum | Enlarged Cardiomediastinum | no | mediastinum | widened mediast*, mediastinal widening, mediastinum ~ wide*, mediastinal enlargement, cardiomediastinal enlargement, enlarged cardiomediast*, enlarged mediast*, cardiomediastinal silhouette ~ enlarged, mediastinal silhouette ~ widened, mediastinal contour* ~ widened, enlargement of the cardiomediastinal silhouette, enlargement of the mediastin*
mediastinal-mass | Enlarged Cardiomediastinum | no | mediastinum | mediastinal mass*, anterior mediastinal mass*
cardiomegaly | Cardiomegaly | no | heart | cardiomegaly, enlarged heart, heart enlargement, cardiac enlargement, enlarged cardiac silhouette, enlargement of the cardiac silhouette, enlargement of the heart, heart ~ enlarged, heart size ~ enlarged, cardiac silhouette ~ enlarged, cardiac silhouette ~ prominent, heart is at the upper limit*, cardiac size ~ enlarged
lung-opacity | Lung Opacity | yes | lung | opacity, opacities, opacification*, opacified, airspace disease, air space disease, parenchymal disease, interstitial disease, interstitial marking*, interstitial thickening, interstitial prominence, haziness, hazy density, density, densities, lung markings, whiteout, white out, reticulation*, airspace process, parenchymal abnormalit*
infiltrate | Lung Opacity | yes | lung | infiltrate*, infiltration*
pulmonary-nodule | Lung Lesion | yes | lung | nodule*, nodular opacit*, nodular densit*, nodular lesion*
pulmonary-mass | Lung Lesion | yes | lung | mass, masses, lung mass*, mass like opacit*, masslike opacit*, lesion*, cavitary lesion*, lung cancer, neoplasm*, malignan*, carcinoma, metastas*, metastatic disease, tumor*, tumour*
cavity | Lung Lesion | yes | lung | cavity, cavities, cavitation*
granuloma | Lung Lesion | yes | lung | granuloma*, calcified granuloma*, calcified nodule*
pulmonary-edema | Edema | yes | lung | edema, oedema, pulmonary edema, pulmonary oedema, interstitial edema, interstitial pulmonary edema, alveolar edema, vascular congestion, pulmonary congestion, venous congestion, pulmonary vascular congestion, pulmonary venous congestion, vascular engorgement, congestive heart failure, heart failure, chf, cardiac decompensation, fluid overload, volume overload, kerley*, cephalization, pulmonary venous hypertension
consolidation | Consolidation | yes | lung | consolidation*, consolidative opacit*, consolidative change*, consolidative process*, consolidated, air bronchogram*
pneumonia | Pneumonia | yes | lung | pneumonia*, bronchopneumonia, pneumonitis, infectious process*, infection*, infectious infiltrate*
aspiration | Pneumonia | yes | lung | aspiration, aspiration pneumonia, aspiration pneumonitis
atelectasis | Atelectasis | yes | lung | atelectasis, atelectases, atelectatic*, volume loss, lobar collapse, lung collapse, lobe collapse, collapse of the ~ lobe, collapsed lung, linear opacit*, platelike opacit*, linear scarring or atelectasis
pneumothorax | Pneumothorax | yes | pleura | pneumothorax, pneumothoraces, hydropneumothorax, hydropneumothoraces, ptx, deep sulcus sign
tension-pneumothorax | Pneumothorax | yes | pleura | tension pneumothorax
pleural-effusion | Pleural Effusion | yes | pleura | pleural effusion*, effusion, effusions, pleural fluid, hemothorax, haemothorax, empyema, fluid in the pleural space*, parapneumonic effusion*, subpulmonic effusion*, blunting of the ~ costophrenic, blunted costophrenic, costophrenic angle* ~ blunted, costophrenic angle blunting, costophrenic sul* ~ blunted
pericardial-effusion | none | no | pericardium | pericardial effusion*
pleural-thickening | Pleural Other | yes | pleura | pleural thickening, apical pleural thickening, thickened pleura, pleural scarring, fibrothorax, pleural plaque*, pleural calcification*, apical cap*, pleural capping, pleural mass*, pleural abnormalit*
fracture | Fracture | yes | bone | fracture*, fractured, compression fracture*, compression deformit*, rib deformit*, displaced rib fracture*
dislocation | none | yes | bone | dislocation*, subluxation*
degenerative-change | none | no | spine | degenerative change*, degenerative disease, spondylosis, osteophyt*, degenerative joint disease, arthritic change*, degenerative disc disease
scoliosis | none | no | spine | scoliosis, scoliotic curvature, kyphosis, kyphoscoliosis, dextroscoliosis, levoscoliosis
hyperinflation | none | no | lung | hyperinflation, hyperinflated, hyperexpansion, hyperexpanded, flattened diaphragm*, flattening of the ~ diaphragm*, diaphragm* ~ flattened, air trapping
emphysema | none | yes | lung | emphysema, emphysematous change*, copd, chronic obstructive pulmonary disease, bulla, bullae, bullous disease, bullous change*
subcutaneous-emphysema | none | yes | soft-tissue | subcutaneous emphysema, subcutaneous air, subcutaneous gas, soft tissue emphysema, soft tissue gas
fibrosis | none | yes | lung | fibrosis, fibrotic change*, scarring, scar, scars, bronchiectasis, bronchiectatic change*, honeycombing, interstitial lung disease, chronic interstitial change*
pneumomediastinum | none | no | mediastinum | pneumomediastinum, mediastinal air
pneumoperitoneum | none | no | abdomen | pneumoperitoneum, free air, free intraperitoneal air, intraperitoneal air, subdiaphragmatic air, subdiaphragmatic free air, free subdiaphragmatic air, air under the ~ diaphragm
low-lung-volumes | none | no | lung | low lung volume*, lung volumes ~ low, reduced lung volume*, decreased lung volume*, poor inspiration, poor inspiratory effort, shallow inspiration, low inspiratory volume*, small lung volume*
hiatal-hernia | none | no | mediastinum | hiatal hernia, hiatus hernia
aortic-calcification | none | no | aorta | aortic calcification*, calcified aort*, atherosclerotic calcification*, aortic atherosclerosis, calcification* of the ~ aort*, aort* ~ calcified, aortic arch calcification*, atherosclerotic change*, aort* ~ tortuous, tortuous aorta, tortuosity of the ~ aorta, unfolded aorta
aortic-aneurysm | Enlarged Cardiomediastinum | no | aorta | aortic aneurysm*, aneurysmal dilatation, aort* ~ dilated, dilated aort*
hilar-enlargement | none | yes | hilum | hilar enlargement, enlarged hil*, hilar prominence, prominent hil*, hilar fullness, hilar adenopathy, hilar lymphadenopathy, hilar mass*
lymphadenopathy | none | yes | mediastinum | lymphadenopathy, adenopathy, mediastinal lymphadenopathy, mediastinal adenopathy, enlarged lymph node*
elevated-hemidiaphragm | none | yes | diaphragm | elevated ~ hemidiaphragm, elevation of the ~ hemidiaphragm, hemidiaphragm* ~ elevated, hemidiaphragmatic elevation, elevation of the ~ diaphragm, eventration*
mediastinal-shift | none | yes | mediastinum | mediastinal shift, shift of the mediast*, tracheal deviation, deviation of the trachea, trachea* ~ deviated, shift of the ~ trachea
bronchial-thickening | none | yes | airway | bronchial wall thickening, bronchial thickening, peribronchial thickening, peribronchial cuffing, bronchial cuffing, bronchitis
foreign-body | none | yes | chest | foreign bod*, radiopaque foreign bod*
endotracheal-tube | Support Devices | no | trachea | endotracheal tube*, et tube*, ett, endotracheal
tracheostomy | Support Devices | no | trachea | tracheostomy, tracheostomy tube*, tracheostomy cannula
enteric-tube | Support Devices | no | stomach | enteric tube*, nasogastric tube*, ng tube*, ngt, orogastric tube*, og tube*, dobbhoff*, dobhoff*, feeding tube*, nasoenteric tube*, gastric tube*
central-line | Support Devices | yes | central-vein | central venous catheter*, central venous line*, central line*, central catheter*, cvc, picc, picc line*, peripherally inserted central catheter*, swan ganz catheter*, swan ganz, pulmonary artery catheter*, pa catheter*, internal jugular catheter*, internal jugular line*, ij catheter*, ij line*, subclavian catheter*, subclavian line*, dialysis catheter*, hemodialysis catheter*, port a cath, portacath, port catheter*, chest port, mediport, infusion port, venous port, ij central venous catheter*, subclavian central venous catheter*, internal jugular central venous catheter*
pacemaker | Support Devices | yes | chest-wall | pacemaker*, pacer, pacers, pacing lead*, pacer lead*, pacing device*, pacer wire*, pacing wire*, icd, aicd, defibrillator*, cardiac device*, cardioverter defibrillator*, implantable cardioverter defibrillator*, loop recorder*, dual lead pacemaker*, dual chamber pacemaker*
chest-tube | Support Devices | yes | pleura | chest tube*, pleural drain*, pigtail catheter*, pleural catheter*, thoracostomy tube*, pigtail drain*, chest drain*, pleurx catheter*
balloon-pump | Support Devices | no | aorta | balloon pump*, intra aortic balloon pump*, intraaortic balloon pump*, iabp, impella*
device | Support Devices | no | chest | support device*, monitoring device*, tubes, lines and tubes, tubes and lines, tubes or lines, lines or tubes, catheter*, drain, drains, stent*, ecmo cannula*, vascular plug*, hardware, monitoring and support devices, support and monitoring devices
surgical-change | none | yes | chest | sternotomy wire*, median sternotomy wire*, sternal wire*, surgical clip*, median sternotomy, sternotomy, cabg, cabg clips, postsurgical change*, postoperative change*, surgical changes, surgical staples, suture material, chain sutures, valve replacement, prosthetic valve*, valve prosthesis, lobectomy, mastectomy, cholecystectomy clips, spinal hardware, spinal fusion hardware, fixation hardware, surgical hardware, orthopedic hardware

[normal]
# What is normal or clear | the words that say so | observations that are denied by it
heart, heart size, cardiac size, cardiac silhouette, cardiac contour*, size of the heart | normal, within normal limits, unremarkable, not enlarged, top normal, upper limits of normal, normal limits | cardiomegaly
cardiomediastinal silhouette*, cardiomediastinal contour*, cardiomediastinal structures, heart and mediastinum, cardiac and mediastinal silhouettes, cardiac and mediastinal contours, cardiac mediastinal silhouette, cardiac silhouette and mediastinum, heart and mediastinal contour*, cardiac and mediastinal silhouette | normal, within normal limits, unremarkable, normal limits, not enlarged | cardiomegaly, enlarged-cardiomediastinum
mediastinum, mediastinal contour*, mediastinal silhouette, mediastinal structures, hilar and mediastinal contour*, mediastinal and hilar contour*, mediastinal contours and hila, mediastinal and hilar structures | normal, within normal limits, unremarkable, normal limits, not widened | enlarged-cardiomediastinum
lungs, lung fields, lung, both lungs, lung parenchyma, hemithoraces | clear, clear bilaterally, well aerated and clear, normal, unremarkable | lung-opacity, consolidation
pulmonary vasculature, pulmonary vascularity, pulmonary vessels, vascularity, pulmonary vascular markings | normal, within normal limits, unremarkable, not engorged, not congested | pulmonary-edema
costophrenic angle*, costophrenic sul*, costophrenic recess*, cp angles | sharp, clear, preserved | pleural-effusion
pleural space*, pleura | clear, normal, unremarkable | pleural-effusion, pneumothorax
bones, osseous structures, bony structures, bony thorax, visualized bones, ribs, skeletal structures, osseous thorax, thoracic cage, visualized osseous structures, bony thoracic cage | normal, intact, unremarkable, within normal limits, normal limits | fracture

[everything-normal]
# Sentences that deny all acute disease.
no acute cardiopulmonary*, no acute intrathoracic*, no acute process*, no acute disease*, no acute chest*, no acute abnormalit*, no acute finding*, no acute pulmonary*, no active cardiopulmonary*, no active disease*, no active pulmonary*, no evidence of acute cardiopulmonary*, no evidence of acute disease*, no radiographic evidence of acute*, no evidence of active*, normal chest*, unremarkable chest*, normal radiograph*, normal study, normal examination, no acute abnormality, no acute findings

[anatomy]
# name | side: yes or no | terms
lung | yes | lung, lungs, lung field*, lung parenchyma, hemithorax, parenchyma
upper-lobe | yes | upper lobe*, upper lung*, upper lung zone*, upper zone*
middle-lobe | yes | middle lobe*, right middle lobe
lower-lobe | yes | lower lobe*, lower lung*, lower lung zone*, lower zone*, retrocardiac region, retrocardiac
lingula | yes | lingula*
mid-lung | yes | mid lung*, mid lung zone*, midlung*, mid zone*, mid and lower lung*
apex | yes | apex, apices, apical, lung apex, lung apices, biapical
base | yes | base, bases, basal, basilar, basal segment*, lung base*, bibasilar, bibasal, basilar region*
perihilar | yes | perihilar, parahilar, perihilar region*
hilum | yes | hilum, hila, hilar
pleura | yes | pleura, pleural, pleural space*, costophrenic angle*, costophrenic sulc*, fissure*, major fissure, minor fissure
diaphragm | yes | diaphragm, hemidiaphragm*
heart | no | heart, cardiac, cardiac silhouette, left ventricle, left atrium, left ventricular, left atrial, right atrium, right ventricle, right atrial, right ventricular, atrium, ventricle, cavoatrial junction
mediastinum | no | mediastinum, mediastinal, paratracheal, aorticopulmonary window
aorta | no | aorta, aortic, aortic arch, aortic knob, thoracic aorta
trachea | no | trachea, tracheal, carina
bronchus | yes | bronchus, mainstem bronchus, main bronchus, bronchi
rib | yes | rib, ribs
clavicle | yes | clavicle*, clavicular
shoulder | yes | shoulder*, humerus, humeral, scapula*, glenohumeral, acromioclavicular
spine | no | spine, spinal, vertebra*, vertebral bod*, thoracic spine, thoracolumbar
sternum | no | sternum, sternal
central-vein | yes | svc, superior vena cava, brachiocephalic, subclavian vein, subclavian, internal jugular, azygos vein
stomach | no | stomach, gastric, gastric bubble, stomach bubble, gastroesophageal junction
abdomen | no | abdomen, abdominal, upper abdomen
chest-wall | yes | chest wall, axilla, axillary, pectoral, soft tissue*
neck | yes | neck, supraclavicular

[left]
left, left sided, leftward, left side, lt

[right]
right, right sided, rightward, right side, rt

[both]
bilateral, bilaterally, both, bibasilar, bibasal, biapical, bilateral lungs, diffuse bilateral

[no-side]
# Sides that compare or belong to a name.
left greater than right, right greater than left, left more than right, right more than left, greater on the left, greater on the right, greater on the left than on the right, greater on the right than on the left, left worse than right, right worse than left, left larger than right, right larger than left, worse on the left, worse on the right, larger on the left, larger on the right, left ventricle, left atrium, left ventricular, left atrial, right atrium, right ventricle, right atrial, right ventricular, right of midline, left of midline, right heart border, left heart border, left heart, right heart, left upper quadrant, right upper quadrant, rather than left, rather than right

[denied-before]
# Cues that deny what follows, up to the end of the clause.
no, not, without, no evidence of, no evidence for, no radiographic evidence of, no radiographic evidence for, no sign of, no signs of, no findings of, no suggestion of, no indication of, no focal, no definite, no convincing, no obvious, no visible, no discrete, no appreciable, no residual, negative for, free of, clear of, absence of, absent, lack of, lacks, never had, never, ruled out, rules out, excludes, rather than, nor, neither, resolution of, interval resolution of, resolved, clearance of, clearing of, interval clearing of, interval removal of, removal of, removed, no longer any, no longer evidence of, no longer, without evidence of, without radiographic evidence of, without any, devoid of, fails to show, do not see, does not show, do not show, does not demonstrate, did not show, instead of, no longer shows, no longer has, has no, have no

[denied-after]
# Cues that deny what precedes.
is not seen, are not seen, not seen, not identified, is not identified, are not identified, not present, is not present, not visualized, is not visualized, are not visualized, not visualised, not evident, not apparent, not demonstrated, not appreciated, not detected, not visible, not noted, not observed, absent, is absent, are absent, ruled out, is ruled out, has been ruled out, excluded, is excluded, has been excluded, resolved, has resolved, have resolved, is resolved, has now resolved, has completely resolved, have completely resolved, has cleared, have cleared, cleared, no longer seen, no longer present, no longer visible, no longer visualized, no longer identified, no longer evident, no longer apparent, is no longer seen, is no longer present, is no longer visible, are no longer seen, has been removed, have been removed, was removed, removed, none, nil, is none, unlikely, is unlikely, are unlikely, not suspected, not definitely seen

[not-denied]
# Words of denial that deny nothing, or deny a denial.
no change, no significant change, no interval change, no significant interval change, no substantial change, no substantial interval change, no appreciable change, no relevant change, no change in, no increase, no significant increase, no decrease, no improvement, no significant improvement, no interval improvement, no progression, no worsening, no further, not changed, not significantly changed, not substantially changed, not appreciably changed, not increased, not decreased, not improved, not worsened, not resolved, not completely resolved, not fully resolved, not entirely resolved, not yet resolved, has not resolved, have not resolved, not cleared, not completely cleared, not fully cleared, not only, not necessarily, not certain, not clear, not without, not free of, not absent, not clear of, no absence of, no lack of, not removed, has not been removed, not been removed, without change, without significant change, without interval change, without significant interval change, without improvement, without definite change, not well seen, not well visualized, not well evaluated, not well assessed, not fully evaluated, not fully included, not included, not optimally evaluated, near resolution of, near complete resolution of, partial resolution of, incomplete resolution of, almost resolved, nearly resolved, partially resolved, incompletely resolved, nearly completely resolved, largely resolved, mostly resolved, resolving, no longer as, no doubt

[possible-before]
possible, possibly, may represent, may reflect, may be due to, may indicate, may be, may, might represent, might reflect, might, could represent, could reflect, could be, could, questionable, question of, question, query, cannot exclude, can not exclude, cannot rule out, can not rule out, difficult to exclude, not exclude, does not exclude, do not exclude, suspected, suspect, suspicion of, suspicion for, concern for, concerning for, worrisome for, suspicious for, less likely, equivocal, uncertain, versus, vs, perhaps, raises the possibility of, raise the possibility of, raising the possibility of, possibility of, potential, potentially, not without the possibility of, consider, conceivably, unable to exclude, differential includes, differential considerations include, indeterminate, either

[possible-after]
cannot be excluded, can not be excluded, cannot be ruled out, can not be ruled out, cannot be entirely excluded, cannot be completely excluded, cannot be fully excluded, is not excluded, are not excluded, not excluded, not entirely excluded, not ruled out, not entirely ruled out, is possible, are possible, possible, is suspected, are suspected, suspected, is questioned, is difficult to exclude, are difficult to exclude, difficult to exclude, is less likely, are less likely, less likely, is a consideration, is of concern, should be considered, may be present, might be present, could be present, may be considered, not definitely excluded, remains possible, is equivocal, would be difficult to exclude

[probable-before]
probable, probably, likely, most likely, likely represents, likely representing, likely reflects, likely reflecting, likely due to, suggestive of, suggesting, suggests, suggest, presumed, presumably, presumable, favored to represent, favored to be, favoring, favor, favors, compatible with likely, in keeping with probable, appears to be, appear to be, no definite, no convincing, no obvious, no discrete, no definite evidence of

[probable-after]
is likely, are likely, likely, is probable, are probable, is favored, are favored, is presumed, is suggested, unlikely, is unlikely, are unlikely, highly likely, not definitely seen

[set-aside]
# What follows is asked for, recommended or conditional: nothing is said about it.
to exclude, to evaluate for, to assess for, evaluate for, assess for, evaluation for, assessment for, evaluation of possible, rule out, to rule out, r o, to document resolution of, to confirm resolution of, until resolution of, to ensure resolution of, if there is concern for, if there is clinical concern for, if clinical concern for, if there is suspicion for, if there is clinical suspicion for, if clinically suspected, history of, with history of, clinical history of, prior history of, status post removal of, risk of, monitor for, follow up for, screening for, looking for, known history of, sensitivity for, recommended to evaluate, for evaluation of, query for

[stops]
# Where the reach of a cue ends.
but, however, although, though, except, except for, apart from, aside from, other than, yet, whereas, while, nevertheless, still, which, secondary to, due to, because of, as well as a, and there is, and there are, and the, and a, and an, but there is, there is, there are, with a, with an, with the, with new, with increased, with small, with mild, with moderate, with stable, with associated, with adjacent, with right, with left, with bilateral, in the setting of, otherwise, and mild, and moderate, and small, and large, and stable, and unchanged, and minimal, and low, and bibasilar

[new]
new, newly, interval development of, developed, has developed, have developed, developing, interval appearance of, interval placement of, newly placed

[unchanged]
unchanged, stable, no change, no significant change, no interval change, no significant interval change, no substantial change, no substantial interval change, no appreciable change, not significantly changed, without change, without significant change, without significant interval change, similar, persistent, persists, persist, again seen, again noted, again, remains, remain, redemonstrated, re demonstrated, redemonstration of, essentially unchanged, relatively unchanged, no relevant change, constant, without interval change, not changed, not substantially changed, not appreciably changed

[worsened]
worsened, worse, worsening, increased, increasing, enlarging, progressed, progression of, progressive, interval increase in, more prominent, larger, has increased, have increased, progression, increase in

[improved]
improved, has improved, have improved, improving, improvement in, improvement of, decreased, decreasing, interval decrease in, interval improvement in, smaller, less prominent, resolving, near resolution of, near complete resolution of, partial resolution of, partially resolved, nearly resolved, almost resolved, incompletely resolved, largely resolved, mostly resolved, incomplete resolution of, nearly completely resolved, decrease in, has decreased, have decreased, reduced, partially cleared

[resolved]
resolved, has resolved, have resolved, resolution of, interval resolution of, no longer, no longer seen, no longer present, no longer visible, no longer visualized, no longer identified, no longer evident, no longer apparent, no longer any, cleared, has cleared, have cleared, clearing of, clearance of, interval clearing of, has been removed, have been removed, removal of, interval removal of, removed, was removed, is no longer seen, is no longer present, is no longer visible, are no longer seen, is resolved, has now resolved, has completely resolved, have completely resolved, no longer evidence of, no longer shows, no longer has

[old]
old, chronic, healed, healing, remote, prior, previous, longstanding, long standing, status post, post, sequela of, sequelae of

[limits]
# Adjectives that make a denial narrower than the thing itself.
large, larger, sizable, sizeable, significant, substantial, massive, gross, frank, overt, new, additional, other, further, acute, displaced, worsening, recurrent, residual, enlarging, moderate, severe, increasing, suspicious, dominant, measurable, layering, lobar, definite new, acute displaced, acutely
"""#
