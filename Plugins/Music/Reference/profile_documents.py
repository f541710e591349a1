#!/usr/bin/env python3
"""Random documents of schemas/musicxml-profile.xsd, checked against the official MusicXML schema.

What the profile accepts, MusicXML 4.0 must accept. The documents are made from the schema file itself, so
they are as wild as it allows: any order, any number, any value that a type admits.

    pip install lxml==6.0.2
    python3 Plugins/Music/Reference/profile_documents.py ../shared/musicxml-4.0/musicxml.xsd [COUNT] [SEED]
"""
import os
import random
import sys

from lxml import etree

XS = "{http://www.w3.org/2001/XMLSchema}"
HERE = os.path.dirname(os.path.abspath(__file__))
PROFILE = os.path.join(HERE, "../../../schemas/musicxml-profile.xsd")


class Catalogue(etree.Resolver):
    """The imports of the official schema are addresses; the files lie beside it."""

    def __init__(self, folder):
        super().__init__()
        self.folder = folder

    def resolve(self, url, identifier, context):
        if url.startswith("http"):
            return self.resolve_filename(os.path.join(self.folder, url.rsplit("/", 1)[1]), context)
        return None


def load(path):
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Catalogue(os.path.dirname(os.path.abspath(path))))
    return etree.XMLSchema(etree.parse(path, parser))


class Documents:
    """Writes random elements for declarations of the profile."""

    def __init__(self, schema, seed):
        self.random = random.Random(seed)
        self.schema = schema
        self.types = {
            node.get("name"): node
            for node in schema
            if node.tag in (XS + "complexType", XS + "simpleType")
        }
        self.groups = {node.get("name"): node for node in schema if node.tag == XS + "group"}
        self.ids = []

    def count(self, node):
        least = int(node.get("minOccurs", "1"))
        most = node.get("maxOccurs", "1")
        most = least + 5 if most == "unbounded" else int(most)
        return self.random.randint(least, most)

    def document(self):
        self.ids = []
        root = next(node for node in self.schema if node.tag == XS + "element")
        return self.element(root)

    def element(self, declaration):
        made = etree.Element(declaration.get("name"))
        self.fill(made, self.type_of(declaration))
        return made

    def type_of(self, declaration):
        name = declaration.get("type")
        if name is None:
            return next(c for c in declaration if c.tag in (XS + "complexType", XS + "simpleType"))
        return self.types.get(name, name)

    def fill(self, made, kind):
        if isinstance(kind, str) or kind.tag == XS + "simpleType":
            made.text = self.value(kind)
            return
        for child in kind:
            if child.tag == XS + "simpleContent":
                extension = child[0]
                made.text = self.value(self.types.get(extension.get("base"), extension.get("base")))
                self.attributes(made, extension)
            elif child.tag in (XS + "sequence", XS + "choice"):
                self.particle(made, child)
        self.attributes(made, kind)

    def attributes(self, made, kind):
        for child in kind:
            if child.tag == XS + "attribute":
                if child.get("use") == "required" or self.random.random() < 0.5:
                    made.set(child.get("name"), self.value(self.type_of(child)))

    def particle(self, made, node):
        for _ in range(self.count(node)):
            if node.tag == XS + "element":
                made.append(self.element(node))
            elif node.tag == XS + "group":
                self.particle(made, self.groups[node.get("ref")][0])
            elif node.tag == XS + "choice":
                self.particle(made, self.random.choice(list(node)))
            else:
                for child in node:
                    self.particle(made, child)

    def value(self, kind):
        """A value of a simple type: of a built-in one, an enumeration, or a range of integers."""
        pick = self.random.choice
        if isinstance(kind, str):
            if kind == "xs:ID":
                self.ids.append(f"P{len(self.ids) + 1}")
                return self.ids[-1]
            if kind == "xs:IDREF":
                return pick(self.ids)
            if kind == "xs:token":
                return pick(["1", "X1", "12a", "0", "", "!!!OTL"])
            if kind == "xs:string":
                return pick(["", " a  b ", "Lied", "\u00e9\u6771", "<&>"])
            raise ValueError(kind)
        restriction = kind[0]
        facets = {c.tag[len(XS):]: c.get("value") for c in restriction}
        listed = [c.get("value") for c in restriction if c.tag == XS + "enumeration"]
        if listed:
            return pick(listed)
        if "length" in facets:
            return ""
        if "pattern" in facets:
            assert facets["pattern"] == "[1-9][0-9]{0,8}"
            return str(pick([1, 2, 7, 999999999, self.random.randint(1, 999999999)]))
        low = int(facets.get("minInclusive", "1"))
        number = self.random.randint(low, int(facets["maxInclusive"]))
        # The forms that integers may be written in.
        return pick([str(number), f"+{number}" if number >= 0 else str(number), f" {number} "])


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    tree = etree.parse(PROFILE)
    for comment in tree.getroot().iter(etree.Comment):
        comment.getparent().remove(comment)
    profile, official = load(PROFILE), load(sys.argv[1])
    documents = Documents(tree.getroot(), seed)
    elements = own = refused = 0
    for index in range(count):
        document = documents.document()
        elements += sum(1 for _ in document.iter())
        if not profile.validate(document):
            own += 1
            print(f"document {index} is not of the profile: {profile.error_log.last_error}")
        elif not official.validate(document):
            refused += 1
            print(f"document {index}: {official.error_log.last_error}")
    print(
        f"seed {seed}: {count} documents with {elements} elements;"
        f" {own} not of the profile, {refused} refused by the official schema"
    )
    sys.exit(1 if own or refused else 0)


if __name__ == "__main__":
    main()
