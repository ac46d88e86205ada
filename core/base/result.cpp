#include "assay/result.h"

#include <cstring>

namespace assay {

std::string describe(const Error& error) {
    std::string text = error.text;
    if (error.sys != 0) {
        char buffer[128];
        text += ": ";
        text += strerror_r(error.sys, buffer, sizeof buffer);
    }
    return text;
}

}  // namespace assay
