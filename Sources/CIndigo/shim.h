#pragma once
#include <indigo.h>
#include <indigo-renderer.h>
