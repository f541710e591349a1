// Made from Rules/radiography.rules; to make it anew: RECORD_RULES=1 swift test --filter StatementTests
// swift-format-ignore-file

/// The contents of `Rules/radiography.rules`.
package let ruleText = #"""
# Rules by which reports on chest radiographs are checked.
#
# A rule begins with `rule CODE`; its settings follow, one a line: a name, then the value to the end of the
# line. `#` at the beginning of a line makes it a comment. A setting marked (+) may be given on several
# lines, which are joined. The README explains every setting. Use a changed copy of this file with
#
#     copyist validate radiography report.txt --set rules=my.rules

# ---------------------------------------------------------------- priors that were not given

rule prior-claim
kind      phrase
severity  error
when      prior none
enforced  yes
message   "{found}" compares with an earlier examination, but none was given.
suggest   Describe what is there now, or run with --set prior=given if there is an earlier examination.
terms     unchanged*, interval*, stable*, worsen*, improv*, new*, progress*, redemonstrat*, re demonstrat*
terms     compared*, comparison*, remains*, persist*, no longer*, in the interim*, resolved*, resolving*
terms     no change*, no significant change*, no substantial change*, no relevant change*, without change*
terms     without significant change*, has increased*, have increased*, has decreased*, have decreased*
terms     increased since*, decreased since*, increased from*, decreased from*, since last*, since prior*
terms     since previous*, since yesterday*, has been removed*, have been removed*
terms     prior stud*, prior exam*, prior radiograph*, prior film*, prior chest*, prior ct*, prior imag*
terms     previous stud*, previous exam*, previous radiograph*, previous film*, previous chest*
terms     previous ct*, previous imag*, previously seen*, previously noted*, previously describ*
terms     previously visuali*, previously identif*, last exam*, last stud*, last radiograph*
terms     again seen*, again noted*, again demonstrat*, again visuali*, again identif*, again present*

rule prior-suspected
kind      phrase
severity  note
when      prior none
message   "{found}" may compare with an earlier examination; none was given.
suggest   Check that nothing is compared.
terms     increased, increasing, decreased, decreasing, enlarging, again, remain, remained, removal of
terms     resolution of, more prominent than, less prominent than, larger than before, smaller than before

# ---------------------------------------------------------------- views and devices

rule view-excluded
kind      phrase
severity  warning
when      views frontal
message   "{found}" speaks of a lateral view, but only a frontal one was taken.
suggest   Remove it, or run with --set views=frontal-lateral.
terms     lateral view*, lateral radiograph*, lateral film*, lateral projection*, lateral image*
terms     lateral chest*, pa and lateral, ap and lateral, frontal and lateral, two views, on the lateral
terms     retrosternal clear space*, retrosternal space*
except    no lateral*, without a lateral*, lateral view is not*, lateral view was not*
except    lateral view would*, lateral radiograph would*, recommend lateral*, lateral chest wall*
except    lateral radiograph is recommended*, lateral view is recommended*, lateral view may*

rule view-count
kind      phrase
severity  warning
when      views frontal-lateral
message   "{found}" says that there is one view, but a frontal and a lateral one were taken.
suggest   Remove it, or run with --set views=frontal.
terms     single view*, single frontal*, one view*, no lateral view*, lateral view is not available
terms     lateral view was not obtained

rule device-excluded
kind      observation
severity  warning
when      devices none
category  Support Devices
message   "{found}" is a device, but the request says that there is none.
suggest   Remove it, or run with --set devices=present.

rule device-unmentioned
kind      unmentioned
severity  warning
when      devices present
category  Support Devices
message   No device is mentioned, but the request says that there is one.
suggest   Say which devices there are and where they end.

# ---------------------------------------------------------------- contradictions

rule contradiction
kind      contradiction
sections  within
severity  warning
message   {section}: {observation} is asserted ("{found}") and denied ("{other}").
suggest   Remove one of the two, or say where each holds.

rule section-contradiction
kind      contradiction
sections  between
severity  warning
message   {observation} is asserted ("{found}") in one section and denied ("{other}") in the other.
suggest   Make the findings and the impression agree.

rule acute-denied
kind      acute-denied
severity  warning
message   "{other}" denies all acute disease, but "{found}" asserts {observation}.
suggest   Make the two agree.
observations  pneumothorax, tension-pneumothorax, pneumonia, consolidation, aspiration, pulmonary-edema
observations  pleural-effusion, pneumomediastinum, pneumoperitoneum, infiltrate, dislocation
observations  aortic-aneurysm, foreign-body

rule laterality-mismatch
kind      laterality
severity  warning
message   {observation} is on the {side} in the findings ("{other}") and on the {otherside} in the impression ("{found}").
suggest   Check the side against the image.

rule impossible-site
kind      phrase
severity  warning
message   "{found}" does not exist in ordinary anatomy.
suggest   Check the side. The left lung has a lingula and no middle lobe; the right lung the reverse.
terms     left middle lobe*, left sided middle lobe*, middle lobe of the left lung, right lingula*
terms     lingula of the right lung, right sided lingula*, left azygos*, left azygous*, left minor fissure*
terms     left horizontal fissure*, minor fissure on the left, right aortic knob*, left upper quadrant liver
terms     left superior vena cava catheter*, bilateral middle lobe*, both middle lobes, bilateral lingula*

# ---------------------------------------------------------------- placeholders

rule placeholder
kind      literal
severity  error
message   "{found}" stands where something was left out.
suggest   Fill it in or remove the sentence.
texts     ___ [...] <...> {...} ***

rule placeholder-word
kind      phrase
severity  error
enforced  yes
message   "{found}" stands where something was left out.
suggest   Fill it in or remove the sentence.
terms     xx*, lorem ipsum*, insert date*, insert name*

# ---------------------------------------------------------------- repetition

rule repeated-sentence
kind      repetition
severity  warning
unit      sentence
times     2
message   "{found}" is said twice in one section.
suggest   Remove one of them.

rule repeated-words
kind      repetition
severity  warning
unit      words
words     1
times     3
in-a-row  yes
message   "{found}" is said {count} times in a row.
suggest   Remove the repetition.

rule repeated-phrase
kind      repetition
severity  warning
unit      words
words     6
times     3
message   The words "{found}" are said {count} times.
suggest   Remove the repetition.

# ---------------------------------------------------------------- what every report should say

rule negative-unmentioned
kind      unmentioned
severity  note
message   {observation} is not mentioned.
suggest   Say whether it is there.
observations  pleural-effusion, pneumothorax, consolidation

# ---------------------------------------------------------------- numbers

# The tip of an endotracheal tube is wanted about 5 cm above the carina, give or take 2 with the neck's
# position (Goodman and Putman, 1981).
rule tube-height
kind      range
severity  warning
message   {found} from the carina is outside of {least} to {most} {unit}.
suggest   Check the number; if it is right, say that the tube wants moving.
near      endotracheal tube*, et tube*, ett, endotracheal
beside    carina*
unit      cm
least     2
most      9

rule cardiothoracic-ratio
kind      range
severity  warning
message   A cardiothoracic ratio of {found} is outside of {least} to {most}.
suggest   Give the ratio of the heart's width to that of the chest.
near      cardiothoracic ratio*, cardio thoracic ratio*, ct ratio*
unit      none
least     0.25
most      0.95

rule length
kind      range
severity  warning
message   {found} is no length within a chest.
suggest   Check the number and its unit.
unit      cm
least     0.05
most      45

rule long-length
kind      range
severity  warning
message   {found} is no length within a chest.
suggest   Check the number and its unit.
unit      mm
least     0.5
most      450
"""#
