// XGBoost's models; see xgboost.cpp.
#pragma once

#include "text/json_kind.h"

namespace assay {

extern const JsonKind kXgboostJson;

}  // namespace assay
