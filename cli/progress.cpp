#include "progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include "commands.h"

namespace assay::cli {

using Clock = std::chrono::steady_clock;

static std::atomic<bool> bar_is_up{false};

std::string human_bytes(uint64_t bytes) {
    static constexpr std::array kUnits = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    auto value = static_cast<double>(bytes);
    size_t unit = 0;
    for (; value >= 1000 && unit + 1 < kUnits.size(); unit++) value /= 1024;
    return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", value, kUnits[unit]);
}

static std::string human_time(double seconds) {
    auto whole = static_cast<uint64_t>(std::llround(seconds));
    if (whole >= 3600)
        return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
    return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

static size_t terminal_width() {
    winsize size{};
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 80;
}

ProgressMeter::ProgressMeter(const VisitOptions& options, bool quiet)
    : quiet_(quiet), terminal_(isatty(STDERR_FILENO) == 1) {
    if (quiet_) return;
    if (terminal_) {
        counter_ = std::jthread([this, options](const std::stop_token& stop) {
            count_ahead(options, progress_, stop);
        });
    }
    painter_ = std::jthread([this](const std::stop_token& stop) { show(stop); });
}

ProgressMeter::~ProgressMeter() {
    if (quiet_) return;
    painter_.request_stop();
    wake_.notify_all();
    painter_.join();
    clear_line();
}

void ProgressMeter::clear_line() {
    if (bar_is_up.exchange(false)) say("\r\x1b[K");
}

// The bar waits a moment, so that a short run shows none.
void ProgressMeter::show(const std::stop_token& stop) {
    const auto start = Clock::now();
    const auto pause = terminal_ ? std::chrono::milliseconds(150) : std::chrono::seconds(30);
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        wake_.wait_for(lock, stop, pause, [] { return false; });
        if (stop.stop_requested()) return;
        double seconds = std::chrono::duration<double>(Clock::now() - start).count();
        terminal_ ? draw_bar(seconds) : print_line(seconds);
    }
}

static std::string rate_text(uint64_t bytes, double seconds) {
    return human_bytes(static_cast<uint64_t>(static_cast<double>(bytes) / seconds)) + "/s";
}

void ProgressMeter::draw_bar(double seconds) const {
    uint64_t bytes = progress_.bytes;
    uint64_t total = progress_.total_bytes;
    std::string text = fmt::format("{}  {}  {} files", human_bytes(bytes),
                                   rate_text(bytes, seconds), progress_.files.load());
    if (progress_.totals_known && total > 0) {
        double part = std::min(1.0, static_cast<double>(bytes) / static_cast<double>(total));
        double left = part > 0 ? seconds * (1 - part) / part : 0;
        constexpr size_t kCells = 24;
        auto full = static_cast<size_t>(part * kCells);
        text = fmt::format("[{:=<{}}{: <{}}] {:3.0f}%  {}/{} files  {} of {}  {}  ETA {}", "", full,
                           "", kCells - full, part * 100, progress_.files.load(),
                           progress_.total_files.load(), human_bytes(bytes), human_bytes(total),
                           rate_text(bytes, seconds), human_time(left));
    }
    text.resize(std::min(text.size(), terminal_width() - 1));
    bar_is_up = true;
    say("\r" + text + "\x1b[K");
}

void ProgressMeter::print_line(double seconds) const {
    say(fmt::format("assay: {} files, {}, {}, {} so far\n", progress_.files.load(),
                    human_bytes(progress_.bytes), rate_text(progress_.bytes, seconds),
                    human_time(seconds)));
}

}  // namespace assay::cli
