#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

#include "assay/tape.h"

namespace assay {

namespace {

class Collector final : public Tap {
  public:
    void feed(const BlockRef& block, Bytes bytes) override {
        window_.push_back({block, bytes});
        bytes_ += bytes.size();
    }
    void finish() override {}

    [[nodiscard]] size_t bytes() const { return bytes_; }
    Window take() {
        bytes_ = 0;
        return std::exchange(window_, {});
    }

  private:
    Window window_;
    size_t bytes_ = 0;
};

using Shared = std::shared_ptr<const Window>;

}  // namespace

Status drain_pipelined(Tape& tape, size_t window_bytes, size_t windows,
                       const std::vector<WindowStage>& stages, const std::stop_token& stop) {
    Collector collector;
    tape.attach(collector);
    Status status = Done{};
    bool more = true;

    // Windows end on multiples of their size, so that chunks do not straddle them.
    auto read_window = [&](tbb::flow_control& flow) -> Shared {
        size_t wanted = window_bytes - static_cast<size_t>(tape.offset() % window_bytes);
        while (more && collector.bytes() < wanted && !stop.stop_requested()) {
            Result<bool> drained = tape.drain_block();
            if (!drained) status = drained.error();
            more = drained.ok() && *drained;
        }
        if (collector.bytes() == 0 || stop.stop_requested()) flow.stop();
        return std::make_shared<const Window>(collector.take());
    };

    using tbb::filter_mode;
    auto chain = tbb::make_filter<void, Shared>(filter_mode::serial_in_order, read_window);
    for (const WindowStage& stage : stages) {
        chain = chain & tbb::make_filter<Shared, Shared>(filter_mode::serial_in_order,
                                                         [&stage](Shared window) {
                                                             stage(*window);
                                                             return window;
                                                         });
    }
    auto drop = tbb::make_filter<Shared, void>(filter_mode::parallel, [](const Shared&) {});
    tbb::this_task_arena::isolate([&] { tbb::parallel_pipeline(windows, chain & drop); });

    tape.detach(collector);
    if (status.ok() && stop.stop_requested()) return Error{Code::kInterrupted, "interrupted"};
    return status;
}

}  // namespace assay
