/// A polygon in the plane; y grows downward.
package struct Polygon: Equatable, Sendable {
  /// A corner.
  package struct Point: Equatable, Sendable {
    package var x: Double
    package var y: Double

    package init(x: Double, y: Double) { (self.x, self.y) = (x, y) }

    static func - (one: Point, other: Point) -> Point {
      Point(x: one.x - other.x, y: one.y - other.y)
    }
    /// Twice the signed area that two vectors span.
    static func * (one: Point, other: Point) -> Double { one.x * other.y - one.y * other.x }
  }

  /// Corners in order; the last is joined to the first.
  package let corners: [Point]

  package init(_ corners: [Point]) { self.corners = corners }

  /// Positive where the corners go round clockwise on a page.
  private var signedArea: Double {
    guard let origin = corners.first else { return 0 }
    var sum = 0.0
    for index in corners.indices.dropFirst().dropLast() {
      sum += (corners[index] - origin) * (corners[index + 1] - origin)
    }
    return sum / 2
  }

  package var area: Double { abs(signedArea) }

  /// Whether no side touches another but at their common corner, and there is an area.
  package var isSimple: Bool {
    var points: [Point] = []
    for point in corners where point != points.last { points.append(point) }
    if points.count > 1, points.first == points.last { points.removeLast() }
    let count = points.count
    guard count >= 3, area > 0 else { return false }
    for first in 0..<count {
      let (a, b) = (points[first], points[(first + 1) % count])
      for second in first + 1..<count {
        let (c, d) = (points[second], points[(second + 1) % count])
        if second == first + 1 || (first == 0 && second == count - 1) {
          // Neighbours may meet only in one point: neither turns back on the other.
          let (shared, one, other) = second == first + 1 ? (b, a, d) : (a, b, c)
          let (left, right) = (one - shared, other - shared)
          if left * right == 0, left.x * right.x + left.y * right.y > 0 { return false }
        } else if Self.meet(a, b, c, d) {
          return false
        }
      }
    }
    return true
  }

  private static func meet(_ a: Point, _ b: Point, _ c: Point, _ d: Point) -> Bool {
    func side(_ p: Point, _ q: Point, _ r: Point) -> Int { ((q - p) * (r - p)).sign(around: 0) }
    func within(_ p: Point, _ q: Point, _ r: Point) -> Bool {
      min(p.x, q.x) <= r.x && r.x <= max(p.x, q.x) && min(p.y, q.y) <= r.y && r.y <= max(p.y, q.y)
    }
    let (abc, abd, cda, cdb) = (side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b))
    if abc != abd && cda != cdb { return true }
    return (abc == 0 && within(a, b, c)) || (abd == 0 && within(a, b, d))
      || (cda == 0 && within(c, d, a))
      || (cdb == 0 && within(c, d, b))
  }

  /// Area of what two polygons without self-intersections have in common.
  ///
  /// Each is a sum of triangles with signs, so the common area is the sum of what pairs of triangles have
  /// in common, with the products of their signs.
  package func commonArea(with other: Polygon) -> Double {
    guard let bounds, let others = other.bounds,
      max(bounds.left, others.left) < min(bounds.right, others.right),
      max(bounds.top, others.top) < min(bounds.bottom, others.bottom)
    else { return 0 }
    let sign = (signedArea < 0) == (other.signedArea < 0) ? 1.0 : -1.0
    var sum = 0.0
    for first in triangles {
      for second in other.triangles {
        sum += first.sign * second.sign * Self.clipped(first.corners, to: second.corners)
      }
    }
    return max(sum * sign, 0)
  }

  /// The smallest upright rectangle that holds it.
  private var bounds: Rectangle? {
    guard let first = corners.first else { return nil }
    return corners.reduce(
      into: Rectangle(left: first.x, top: first.y, right: first.x, bottom: first.y)
    ) { bounds, corner in
      bounds.left = min(bounds.left, corner.x)
      bounds.right = max(bounds.right, corner.x)
      bounds.top = min(bounds.top, corner.y)
      bounds.bottom = max(bounds.bottom, corner.y)
    }
  }

  /// Triangles from the first corner, each turned the same way, with the sign that this took.
  private var triangles: [(corners: [Point], sign: Double)] {
    guard let origin = corners.first else { return [] }
    return corners.indices.dropFirst().dropLast().compactMap { index in
      let (b, c) = (corners[index], corners[index + 1])
      let turn = (b - origin) * (c - origin)
      if turn == 0 { return nil }
      return turn > 0 ? ([origin, b, c], 1) : ([origin, c, b], -1)
    }
  }

  /// Area of the part of one triangle that lies in another (Sutherland and Hodgman, 1974).
  private static func clipped(_ subject: [Point], to clip: [Point]) -> Double {
    var points = subject
    for index in 0..<3 {
      let (start, end) = (clip[index], clip[(index + 1) % 3])
      var kept: [Point] = []
      for (place, point) in points.enumerated() {
        let last = points[place == 0 ? points.count - 1 : place - 1]
        let (now, before) = ((end - start) * (point - start), (end - start) * (last - start))
        if (now > 0 && before < 0) || (now < 0 && before > 0) {
          let share = before / (before - now)
          kept.append(
            Point(x: last.x + share * (point.x - last.x), y: last.y + share * (point.y - last.y))
          )
        }
        if now >= 0 { kept.append(point) }
      }
      points = kept
      if points.count < 3 { return 0 }
    }
    return Polygon(points).area
  }
}

extension Double {
  /// -1, 0 or 1 as the number lies below, at or above another.
  fileprivate func sign(around other: Double) -> Int { self < other ? -1 : (self > other ? 1 : 0) }
}
