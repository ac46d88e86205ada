#include "svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace assay::cli {

namespace {

constexpr double kWidth = 800;
constexpr double kLeft = 234;   // where bars start
constexpr double kRight = 660;  // where the axis ends; values stand behind the longest bar
constexpr double kTop = 96;
constexpr double kRow = 27;
constexpr double kBar = 17;

// Told apart by people who do not see red and green, too, and when printed in grey.
constexpr std::array kColors = {"#9aa5b1", "#e69f00", "#0072b2", "#009e73"};

std::string escaped(std::string_view text) {
    std::string out;
    for (char c : text) {
        switch (c) {
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '&':
                out += "&amp;";
                break;
            default:
                out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
        }
    }
    return out;
}

// The step between ticks: 1, 2 or 5 times a power of ten, so that there are four to eight of them.
double tick_step(double longest) {
    double rough = std::max(longest, 1e-9) / 8;
    double power = std::pow(10, std::floor(std::log10(rough)));
    for (double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= rough) return factor * power;
    }
    return 10 * power;
}

class Drawing {
  public:
    explicit Drawing(const BarPlot& plot)
        : plot_(plot),
          step_(tick_step(longest(plot))),
          ticks_(static_cast<int>(std::ceil(longest(plot) / step_ - 1e-9))),
          bottom_(kTop + kRow * static_cast<double>(plot.bars.size()) + 6),
          height_(std::max(500.0, bottom_ + 62)) {}

    std::string text() {
        out_ = fmt::format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" "
            "viewBox=\"0 0 {0} {1}\" font-family=\"Helvetica, Arial, 'DejaVu Sans', sans-serif\" "
            "font-size=\"13\" fill=\"#1f2933\">\n"
            "<rect width=\"{0}\" height=\"{1}\" fill=\"#ffffff\"/>\n",
            kWidth, height_);
        out_ +=
            fmt::format("<text x=\"24\" y=\"34\" font-size=\"19\" font-weight=\"bold\">{}</text>\n",
                        escaped(plot_.title));
        out_ += fmt::format("<text x=\"24\" y=\"55\" fill=\"#52606d\">{}</text>\n",
                            escaped(plot_.subtitle));
        legend();
        grid();
        for (size_t i = 0; i < plot_.bars.size(); i++) bar(i);
        return out_ + "</svg>\n";
    }

  private:
    static double longest(const BarPlot& plot) {
        double most = 0;
        for (const Bar& bar : plot.bars) most = std::max(most, bar.length);
        return most;
    }

    [[nodiscard]] double x_of(double value) const {
        double end = step_ * std::max(ticks_, 1);
        return kLeft + (kRight - kLeft) * value / end;
    }

    void legend() {
        for (size_t i = 0; i < plot_.series.size(); i++) {
            double x = 24 + 150 * static_cast<double>(i);
            out_ += fmt::format(
                "<rect x=\"{}\" y=\"69\" width=\"12\" height=\"12\" fill=\"{}\"/>"
                "<text x=\"{}\" y=\"80\">{}</text>\n",
                x, kColors.at(i), x + 18, escaped(plot_.series[i]));
        }
    }

    void grid() {
        for (int i = 0; i <= ticks_; i++) {
            double x = x_of(i * step_);
            out_ += fmt::format(
                "<line x1=\"{0:.1f}\" y1=\"{1}\" x2=\"{0:.1f}\" y2=\"{2}\" stroke=\"{3}\"/>"
                "<text x=\"{0:.1f}\" y=\"{4}\" text-anchor=\"middle\">{5:g}</text>\n",
                x, kTop, bottom_, i == 0 ? "#52606d" : "#e4e7eb", bottom_ + 18, i * step_);
        }
        out_ += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n",
                            (kLeft + kRight) / 2, bottom_ + 42, escaped(plot_.axis));
    }

    void bar(size_t index) {
        const Bar& bar = plot_.bars[index];
        double top = kTop + kRow * static_cast<double>(index) + (kRow - kBar) / 2 + 3;
        double end = x_of(bar.length);
        double base = top + kBar / 2 + 4.5;
        out_ += fmt::format("<text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>", kLeft - 9,
                            base, escaped(bar.label));
        out_ +=
            fmt::format("<rect x=\"{}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{}\" fill=\"{}\"/>",
                        kLeft, top, std::max(end - kLeft, 1.0), kBar, kColors.at(bar.series));
        // A white outline keeps the value legible where it crosses a grid line.
        out_ += fmt::format(
            "<text x=\"{:.1f}\" y=\"{:.1f}\" stroke=\"#ffffff\" stroke-width=\"4\" "
            "paint-order=\"stroke\">{}</text>\n",
            end + 7, base, escaped(bar.value));
    }

    const BarPlot& plot_;
    const double step_;
    const int ticks_;
    const double bottom_;
    const double height_;
    std::string out_;
};

}  // namespace

std::string draw(const BarPlot& plot) { return Drawing(plot).text(); }

}  // namespace assay::cli
