/// The set of texts that a domain accepts, asked one byte at a time.
///
/// A constraint answers for a prefix whether *some* completion exists, how long the shortest known
/// one is at most, and what its next byte would be. With these three answers a decoder can promise
/// that its output is in the set and ends within its budget, whatever the model says.
///
/// Bytes rather than characters, because tokens split UTF-8 sequences. States are small values:
/// copying one forks the decoding (beams, backtracking).
public protocol OutputConstraint: Sendable {
  /// What the constraint remembers of a prefix. Equal states accept equal completions.
  associatedtype State: Hashable & Sendable

  /// The state of the empty prefix; some completion must exist from here.
  var initial: State { get }

  /// Appends a byte to the prefix.
  ///
  /// - Parameters:
  ///   - state: The state of the prefix; afterwards that of the longer prefix. Unspecified when the
  ///     result is `false`, so callers that go on must have kept a copy.
  ///   - byte: The next byte of the text.
  /// - Returns: `true` when some completion of the longer prefix exists.
  func advance(_ state: inout State, _ byte: UInt8) -> Bool

  /// Whether the prefix is itself a complete text.
  func canFinish(_ state: State) -> Bool

  /// An upper bound on the bytes of some completion.
  ///
  /// - Returns: 0 exactly when ``canFinish(_:)`` holds. After the byte of ``closer(_:)`` the bound is
  ///   at least one smaller.
  func finishBound(_ state: State) -> Int

  /// The next byte of the completion that ``finishBound(_:)`` speaks of.
  ///
  /// - Returns: `nil` exactly when ``canFinish(_:)`` holds.
  func closer(_ state: State) -> UInt8?

  /// The bytes that ``advance(_:_:)`` would accept; a hint that may hold too many, never too few.
  func firstBytes(_ state: State) -> ByteSet

  /// Whether ``advance(_:_:)`` might accept a byte: a cheap question that walks over many tokens ask
  /// before they copy the state. It may say yes too often, never no.
  func mayAdvance(_ state: State, _ byte: UInt8) -> Bool

  /// A byte past which ``advance(_:_:)`` accepts none, so that walks leave the rest of a token trie's
  /// siblings, which ascend, unvisited.
  func lastByte(_ state: State) -> UInt8

  /// A class of free text any string of which keeps the state alive, if there is one here.
  func freeText(_ state: State) -> FreeText?

  /// Every class that ``freeText(_:)`` can return, so that decoders prepare them once.
  var freeTextClasses: [FreeText] { get }

  /// Whether a token's text belongs to a class of free text.
  ///
  /// A constraint whose text is free but for some words narrows the class of ``FreeText/bytes`` to
  /// the tokens that hold none of them. Asked once per token and class, before decoding.
  func belongs(_ text: UnsafeBufferPointer<UInt8>, to freeText: FreeText) -> Bool

  /// Beginnings of tokens that ``freeText(_:)`` does not speak for in this state, such as the rest of
  /// a word that is not allowed; tokens that begin so are asked about one by one.
  func freeTextExceptions(_ state: State) -> [[UInt8]]

  /// Whether some text of the language holds these bytes somewhere; it may say yes too often, never no.
  ///
  /// Asked once for every token before decoding: masks never look at tokens that occur nowhere.
  func mayOccur(_ text: UnsafeBufferPointer<UInt8>) -> Bool

  /// A key such that equal keys promise equal sets of acceptable next tokens.
  ///
  /// The promise holds for tokens of up to 255 bytes, and includes that each of them changes
  /// ``finishBound(_:)`` by the same amount.
  func maskKey(_ state: State) -> MaskKey?

  /// Appends a token that is not text, such as `<loc0123>`.
  ///
  /// - Returns: `true` when some completion of the longer prefix exists.
  func advance(_ state: inout State, symbol: TokenSymbol) -> Bool

  /// Whether some symbol may stand here; a hint that may say yes too often, never no.
  func acceptsSymbols(_ state: State) -> Bool

  /// Why a byte is refused here, in the words of the domain.
  func explain(_ state: State, _ byte: UInt8) -> String

  /// Appends the bytes of a whole token.
  ///
  /// The default calls ``advance(_:_:)`` for each. It is a requirement only so that it is compiled
  /// once per constraint, with the calls inlined; leave it to the default.
  func advance(_ state: inout State, bytes: UnsafeBufferPointer<UInt8>) -> Bool

  /// Marks every token of a trie that may come next. Leave it to the default, which exists per
  /// constraint for the reason given at ``advance(_:bytes:)``.
  func walk(_ walk: inout TokenWalk, from state: State)

  /// Counts the tokens of the known completion. Leave it to the default, which exists per constraint for
  /// the reason given at ``advance(_:bytes:)``.
  func answer(_ question: ClosingCount, from state: State) -> ClosingCount.Answer
}

extension OutputConstraint {
  /// All 256 bytes.
  @inlinable public func firstBytes(_ state: State) -> ByteSet { .all }

  /// Always, so that nothing is asked twice.
  @inlinable
  public func mayAdvance(_ state: State, _ byte: UInt8) -> Bool { true }

  /// 255: any byte may be accepted.
  @inlinable
  public func lastByte(_ state: State) -> UInt8 { 255 }

  /// No free text.
  @inlinable public func freeText(_ state: State) -> FreeText? { nil }

  /// No class.
  public var freeTextClasses: [FreeText] { [] }

  /// Whether all of its characters do.
  public func belongs(_ text: UnsafeBufferPointer<UInt8>, to freeText: FreeText) -> Bool {
    freeText.contains(text)
  }

  /// None.
  public func freeTextExceptions(_ state: State) -> [[UInt8]] { [] }

  /// Always: no token is left out.
  public func mayOccur(_ text: UnsafeBufferPointer<UInt8>) -> Bool { true }

  /// No key: masks are computed anew.
  public func maskKey(_ state: State) -> MaskKey? { nil }

  /// No symbol is accepted.
  public func advance(_ state: inout State, symbol: TokenSymbol) -> Bool { false }

  /// No symbol may stand anywhere.
  public func acceptsSymbols(_ state: State) -> Bool { false }

  /// Names the byte and nothing else.
  public func explain(_ state: State, _ byte: UInt8) -> String {
    "byte \(byte) cannot stand here"
  }
}

/// A token that stands for something other than its text.
public struct TokenSymbol: Hashable, Sendable {
  /// The token's written form, such as `<loc0123>`.
  public let name: String

  /// A symbol with the written form that the tokenizer gives it.
  public init(name: String) {
    self.name = name
  }
}
