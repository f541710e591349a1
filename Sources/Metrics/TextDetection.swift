/// How many regions of text were found, and read, where they are.
///
/// Each variant gives counts of one image, which add up over a corpus: found, wanted, found where they are,
/// and also read as they should be.
package enum TextDetection {
  /// As ICDAR 2015 counts: regions are paired in order, each once, where intersection over union is more
  /// than 0.5; what lies by more than half in a region to ignore is left out, and so are outlines that
  /// cross themselves.
  ///
  /// Karatzas et al., "ICDAR 2015 competition on robust reading"; detection as `iou.py` of MhLiao/DB, which
  /// PaddleOCR uses; reading as the competition's script: case is ignored, and one mark of punctuation at
  /// either end of what is right may be missing.
  package static func icdar2015(_ found: TextRegions, _ wanted: TextRegions) -> [Double] {
    let wanted = wanted.regions.filter(\.outline.isSimple)
    let ignored = wanted.filter(\.isIgnored)
    let found = found.regions.filter(\.outline.isSimple)
    let counted = found.filter { region in
      !ignored.contains {
        let area = region.outline.area
        return area > 0 && $0.outline.commonArea(with: region.outline) / area > 0.5
      }
    }
    var isFree = [Bool](repeating: true, count: counted.count)
    var (matched, read) = (0, 0)
    for region in wanted where !region.isIgnored {
      let match = counted.indices.first { index in
        isFree[index] && overlap(region.outline, counted[index].outline) > 0.5
      }
      guard let match else { continue }
      isFree[match] = false
      matched += 1
      if isTranscription(counted[match].text, of: region.text) { read += 1 }
    }
    return [
      Double(counted.count), Double(wanted.count - ignored.count), Double(matched), Double(read),
    ]
  }

  private static func overlap(_ one: Polygon, _ other: Polygon) -> Double {
    let common = one.commonArea(with: other)
    let union = one.area + other.area - common
    return union > 0 ? common / union : 0
  }

  private static func isTranscription(_ found: String, of wanted: String) -> Bool {
    let (found, wanted) = (found.uppercased(), wanted.uppercased())
    if found == wanted { return true }
    func isMark(_ character: Character?) -> Bool {
      character.map { "!?.:,*\"()·[]/'".contains($0) } ?? false
    }
    let (first, last) = (isMark(wanted.first), isMark(wanted.last))
    return (first && wanted.dropFirst() == found) || (last && wanted.dropLast() == found)
      || (first && last && wanted.count > 1 && wanted.dropFirst().dropLast() == found)
  }

  /// As HierText counts words: a region is found where two are each other's best match and intersection
  /// over union is at least 0.5; what lies by half or more in one region to ignore is left out; texts must
  /// be equal.
  ///
  /// Long et al., "Towards end-to-end unified scene text detection and layout analysis", 2022; the
  /// evaluator of google-research-datasets/hiertext over polygons, its 1e-5 against divisions by 0
  /// included. An outline that crosses itself has no area here; there it is mended first.
  package static func hierText(_ found: TextRegions, _ wanted: TextRegions) -> [Double] {
    let small = 1e-5
    /// A region and its area, which is looked at for every pair of regions.
    struct Measured {
      let region: TextRegions.Region
      let area: Double

      init(_ region: TextRegions.Region) {
        self.region = region
        area = region.outline.isSimple ? region.outline.area : 0
      }
    }
    func common(_ one: Measured, _ other: Measured) -> Double {
      one.area < small || other.area < small
        ? 0 : one.region.outline.commonArea(with: other.region.outline)
    }
    let ignored = wanted.regions.filter(\.isIgnored).map(Measured.init)
    let wanted = wanted.regions.filter { !$0.isIgnored }.map(Measured.init)
    let counted = found.regions.map(Measured.init).filter { one in
      !ignored.contains { common(one, $0) / (one.area + small) >= 0.5 }
    }
    let overlaps = wanted.map { one in
      counted.map { other -> Double in
        let both = common(one, other)
        return both / (one.area + other.area - both + small)
      }
    }
    var (matched, read) = (0, 0)
    if !wanted.isEmpty, !counted.isEmpty {
      for (index, row) in overlaps.enumerated() {
        let best = firstMaximum(row)
        guard row[best] >= 0.5, firstMaximum(overlaps.map { $0[best] }) == index else { continue }
        matched += 1
        if counted[best].region.text == wanted[index].region.text { read += 1 }
      }
    }
    return [Double(counted.count), Double(wanted.count), Double(matched), Double(read)]
  }

  private static func firstMaximum(_ values: [Double]) -> Int {
    values.indices.max { values[$0] < values[$1] || (values[$0] == values[$1] && $0 > $1) } ?? 0
  }

  /// What is made of the counts.
  package enum Rate: String, Sendable, CaseIterable {
    case precision, recall, f1
  }

  /// A rate from sums of counts; see ``TextDetection``.
  ///
  /// With `reads` regions must have been read too. `empty` is what a share of nothing is: 0 in ICDAR's
  /// script, 1 in HierText's.
  package static func score(_ sums: [Double], _ rate: Rate, reads: Bool, empty: Double) -> Double {
    let right = sums[reads ? 3 : 2]
    let precision = sums[0] > 0 ? right / sums[0] : empty
    let recall = sums[1] > 0 ? right / sums[1] : empty
    switch rate {
    case .precision: return precision
    case .recall: return recall
    case .f1:
      return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0
    }
  }
}
