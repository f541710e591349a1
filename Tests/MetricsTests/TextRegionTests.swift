import Metrics
import TestSupport
import Testing

@Suite struct TextRegionTests {
  struct Region: Decodable {
    let outline: [[Double]]
    let text: String

    init(from decoder: any Decoder) throws {
      var values = try decoder.unkeyedContainer()
      outline = try values.decode([[Double]].self)
      text = try values.decode(String.self)
    }

    var line: String {
      (outline.flatMap { $0 }.map { String(Int($0)) } + [text]).joined(separator: ",")
    }
  }

  struct Area: Decodable {
    let one: Polygon
    let other: Polygon
    let common: Double

    init(from decoder: any Decoder) throws {
      var values = try decoder.unkeyedContainer()
      func polygon() throws -> Polygon {
        Polygon(try values.decode([[Double]].self).map { .init(x: $0[0], y: $0[1]) })
      }
      one = try polygon()
      other = try polygon()
      common = try values.decode(Double.self)
    }
  }

  struct Values: Decodable {
    struct Page: Decodable {
      let found: [Region]
      let wanted: [Region]
      let icdar: [Double]
      let hiertext: [Double]?
    }
    let pages: [Page]
    let areas: [Area]
  }

  private let values: Values

  init() throws { values = try recorded("TextRegions/regions.json") }

  private func regions(_ list: [Region]) throws -> TextRegions {
    try #require(TextRegions(list.map(\.line).joined(separator: "\n")))
  }

  @Test func `counts of 320 recorded pages are those of ICDAR's and HierText's programs`() throws {
    #expect(values.pages.count == 320 && values.pages.count { $0.hiertext != nil } >= 150)
    for page in values.pages {
      let (found, wanted) = (try regions(page.found), try regions(page.wanted))
      #expect(TextDetection.icdar2015(found, wanted) == page.icdar)
      if let counts = page.hiertext { #expect(TextDetection.hierText(found, wanted) == counts) }
    }
  }

  @Test func `the area that two outlines share is that of shapely, however they turn`() {
    #expect(values.areas.count == 300)
    for area in values.areas {
      for (one, other) in [
        (area.one, area.other), (area.other, area.one),
        (Polygon(area.one.corners.reversed()), area.other),
      ] {
        #expect(abs(one.commonArea(with: other) - area.common) < 1e-6)
      }
    }
  }

  @Test func `regions are read from lists of corners and from location tokens`() throws {
    let listed = try #require(TextRegions("0,0,10,0,10,5,0,5,a, b\n\n 1,2,3,2,3,4,1,4,12,5\n"))
    #expect(listed.regions.map(\.text) == ["a, b", "12,5"])
    let located = try #require(
      TextRegions(
        "<loc0010><loc0020><loc0110><loc0220> EXIT ; <loc0000><loc0000><loc0001><loc0001>"
      )
    )
    #expect(located.regions.map(\.text) == ["EXIT", ""])
    #expect(located.regions[0].outline.area == 20_000)
    #expect(TextRegions("")?.regions.isEmpty == true)
    for text in ["no region", "1,2,3,4,text", "<loc0010><loc0020> EXIT", "1,2,nan,4,5,6,7,8,a"] {
      #expect(TextRegions(text) == nil, "\(text)")
    }
  }

  @Test func `outlines that cross or touch themselves are not simple`() {
    func isSimple(_ corners: [(Double, Double)]) -> Bool {
      Polygon(corners.map { .init(x: $0.0, y: $0.1) }).isSimple
    }
    #expect(isSimple([(0, 0), (4, 0), (4, 4), (0, 4)]))
    #expect(!isSimple([(0, 0), (4, 4), (4, 0), (0, 4)]))
    #expect(!isSimple([(0, 0), (4, 0), (2, 0)]))
    #expect(!isSimple([(0, 0), (4, 0), (4, 4), (2, 0), (0, 4)]))
    #expect(!isSimple([(0, 0), (1, 1)]) && !isSimple([]))
  }
}
