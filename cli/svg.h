// A plot as one self-contained SVG file: horizontal bars, one per measurement, on a common axis.
#pragma once

#include <string>
#include <vector>

namespace assay::cli {

struct Bar {
    std::string label;
    std::string value;  // as it stands behind the bar
    double length = 0;  // in units of the axis
    size_t series = 0;  // index into BarPlot::series
};

struct BarPlot {
    std::string title;
    std::string subtitle;
    std::string axis;                 // with its unit
    std::vector<std::string> series;  // at most four; each gets a colour
    std::vector<Bar> bars;
};

// 800 wide, and as high as its bars need.
std::string draw(const BarPlot& plot);

}  // namespace assay::cli
