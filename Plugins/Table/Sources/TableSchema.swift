import XMLValidation

/// The RELAX NG schema of the language that the model writes.
package enum TableSchema {
  /// The text of `schemas/table.rng`; a test compares the two.
  package static let text = """
    <?xml version="1.0" encoding="UTF-8"?>
    <!--
      The compact HTML that Copyist's table task writes: one table, its head where it has one, and its body.
      Attributes of no use are absent: a span is written from 2 upwards, rowspan before colspan.
      RELAX NG cannot say that the cells form a grid; the plugin's validator checks that.
    -->
    <grammar xmlns="http://relaxng.org/ns/structure/1.0"
             datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
      <start>
        <element name="table">
          <optional>
            <element name="thead">
              <oneOrMore><ref name="row"/></oneOrMore>
            </element>
          </optional>
          <element name="tbody">
            <oneOrMore><ref name="row"/></oneOrMore>
          </element>
        </element>
      </start>
      <define name="row">
        <element name="tr">
          <zeroOrMore>
            <element name="td">
              <optional>
                <attribute name="rowspan">
                  <data type="integer">
                    <param name="pattern">[1-9][0-9]*</param>
                    <param name="minInclusive">2</param>
                    <param name="maxInclusive">65534</param>
                  </data>
                </attribute>
              </optional>
              <optional>
                <attribute name="colspan">
                  <data type="integer">
                    <param name="pattern">[1-9][0-9]*</param>
                    <param name="minInclusive">2</param>
                    <param name="maxInclusive">1000</param>
                  </data>
                </attribute>
              </optional>
              <ref name="content"/>
            </element>
          </zeroOrMore>
        </element>
      </define>
      <define name="content">
        <zeroOrMore>
          <choice>
            <text/>
            <element name="br"><empty/></element>
            <element>
              <choice>
                <name>b</name>
                <name>i</name>
                <name>sup</name>
                <name>sub</name>
              </choice>
              <ref name="content"/>
            </element>
          </choice>
        </zeroOrMore>
      </define>
    </grammar>

    """

  /// The schema, compiled on first use.
  static let compiled: Result<MarkupSchema, MarkupSchemaError> = {
    () -> Result<MarkupSchema, MarkupSchemaError> in
    do throws(MarkupSchemaError) {
      return .success(try MarkupSchema(text: text))
    } catch {
      return .failure(error)
    }
  }()
}
