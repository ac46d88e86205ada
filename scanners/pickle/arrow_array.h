// Arrow's arrays in pickles, which all frames of pandas 3 hold: pyarrow.lib._restore_array((type,
// length, nulls, offset, buffers, children, dictionary)).
//
// pyarrow believes every number of it. An array with fewer buffers or children than its type has,
// or with children of other types than it declares, takes what lies behind them in memory for
// pointers and follows these: memory of the attacker's choice becomes an object. So the parts are
// counted and measured against the type. Where a text begins and ends its own bytes say, which are
// not kept: such an array may be read beyond its end, as numbers, but nothing there is followed.
// Types whose bytes do choose a part (views, unions) are not taken for whole.
#pragma once

#include "values.h"

namespace assay::pickle {

// Whether these parts are all that the type needs, each of it long enough. What the heap had no
// room for counts as whole.
bool is_whole_arrow_array(const Heap& heap, Value data);

}  // namespace assay::pickle
