// Times as RFC 3339 writes them.
#include <cstdio>
#include <ctime>

#include "assay/certificate.h"

namespace assay {

namespace {

// Takes exactly `digits` digits; negative when they are not there.
int take_number(std::string_view& text, size_t digits) {
    int value = 0;
    for (size_t i = 0; i < digits; i++) {
        if (i >= text.size() || text[i] < '0' || text[i] > '9') return -1;
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(digits);
    return value;
}

bool take(std::string_view& text, char expected) {
    if (text.empty() || text[0] != expected) return false;
    text.remove_prefix(1);
    return true;
}

void skip_fraction(std::string_view& text) {
    if (text.size() < 2 || text[0] != '.' || text[1] < '0' || text[1] > '9') return;
    size_t end = text.find_first_not_of("0123456789", 1);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end);
}

// "Z" or "+hh:mm", in seconds east of UTC.
std::optional<int64_t> take_zone(std::string_view text) {
    if (text == "Z" || text == "z") return 0;
    bool west = text.starts_with('-');
    if (!take(text, west ? '-' : '+')) return std::nullopt;
    int hours = take_number(text, 2);
    bool colon = take(text, ':');
    int minutes = take_number(text, 2);
    bool right = hours >= 0 && hours < 24 && colon && minutes >= 0 && minutes < 60 && text.empty();
    if (!right) return std::nullopt;
    int64_t east = (int64_t{hours} * 60 + minutes) * 60;
    return west ? -east : east;
}

bool take_date(std::string_view& text, std::tm& date) {
    date.tm_year = take_number(text, 4) - 1900;
    bool first = take(text, '-');
    date.tm_mon = take_number(text, 2) - 1;
    bool second = take(text, '-');
    date.tm_mday = take_number(text, 2);
    return first && second && date.tm_year > -1900 && date.tm_mon >= 0 && date.tm_mon < 12 &&
           date.tm_mday >= 1 && date.tm_mday <= 31;
}

bool take_clock(std::string_view& text, std::tm& clock) {
    clock.tm_hour = take_number(text, 2);
    bool first = take(text, ':');
    clock.tm_min = take_number(text, 2);
    bool second = take(text, ':');
    clock.tm_sec = take_number(text, 2);
    skip_fraction(text);
    return first && second && clock.tm_hour >= 0 && clock.tm_hour < 24 && clock.tm_min >= 0 &&
           clock.tm_min < 60 && clock.tm_sec >= 0 && clock.tm_sec <= 60;
}

}  // namespace

std::optional<int64_t> parse_time(std::string_view text) {
    if (text == "now") return std::time(nullptr);
    std::tm parts{};
    if (!take_date(text, parts)) return std::nullopt;
    if (!take(text, 'T') && !take(text, 't') && !take(text, ' ')) return std::nullopt;
    if (!take_clock(text, parts)) return std::nullopt;
    std::optional<int64_t> east = take_zone(text);
    if (!east) return std::nullopt;
    std::tm normal = parts;
    int64_t time = timegm(&normal);
    if (normal.tm_mday != parts.tm_mday) return std::nullopt;  // the 30th of February
    return time - *east;
}

std::string time_text(int64_t time) {
    std::tm parts{};
    auto seconds = static_cast<time_t>(time);
    if (!gmtime_r(&seconds, &parts)) return "an impossible time";
    char text[64];
    size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return {text, size};
}

}  // namespace assay
