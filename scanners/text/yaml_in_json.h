// MLmodel files and configurations for Hydra that are written as JSON.
#pragma once

#include "json_kind.h"

namespace assay {

extern const JsonKind kYamlInJson;  // yaml.cpp

}  // namespace assay
