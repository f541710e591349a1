#pragma once
#include <libxml/xmlversion.h>
// With ICU the headers below would bring in the system's ICU declarations, which contradict the ones
// inside Foundation. Only fields at the end of a structure that we never look into depend on it.
#undef LIBXML_ICU_ENABLED
#include <libxml/HTMLparser.h>
#include <libxml/SAX2.h>
#include <libxml/catalog.h>
#include <libxml/encoding.h>
#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlschemas.h>
