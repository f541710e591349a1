#pragma once
#include <libxml/HTMLparser.h>
#include <libxml/SAX2.h>
#include <libxml/catalog.h>
#include <libxml/encoding.h>
#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlschemas.h>

/// Frees memory that libxml2 handed out; `xmlFree` itself is a variable, which Swift may not read.
static inline void clibxml2_free(void *memory) { xmlFree(memory); }
