// A JSON value written again, as it was: what is only passed on keeps what is not understood of it.
#pragma once

#include "assay/json_text.h"
#include "assay/json_value.h"

namespace assay {

// At the place where the writer stands.
void put_value(JsonText& json, const JsonValue& value);

}  // namespace assay
