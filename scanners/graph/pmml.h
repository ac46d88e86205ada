// PMML: models of classical statistics in XML, as trees, regressions and transformations.
//
// Nothing in it runs, except that an evaluator looks functions up by their names, and some take the
// name of a Java class; and that extensions hold whatever a tool wants to find there.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "assay/context.h"
#include "text/xml.h"

namespace assay::pmml {

class Document {
  public:
    explicit Document(ScanContext& context) : context_(context) {}

    Status tag(const xml::Tag& tag);
    // `whole`: the document did not break off.
    void end(bool whole);

  private:
    void extension(const xml::Tag& tag);
    Status keep(const std::string& name, uint64_t at);

    ScanContext& context_;
    std::optional<uint32_t> extension_;  // how deep the outermost one lies that is open
    std::set<std::string, std::less<>> defined_;
    std::map<std::string, uint64_t, std::less<>> applied_;  // what PMML has not, and where first
};

}  // namespace assay::pmml
