#include "operations/publish/report.h"

#include <cstdlib>
#include <fstream>
#include <regex>
#include <vector>

#include <gtest/gtest.h>

#include "operations/publish/report_sections.h"
#include "operations/publish/sample_result.h"

namespace restock {
namespace {

/// Empty if every element is closed in the right order; else where it goes wrong. Knows the void
/// elements that we use.
std::string nesting_problem(const std::string& html) {
  std::vector<std::string> open;
  const std::regex tag("<(/?)([a-zA-Z0-9]+)([^>]*?)(/?)>");
  for (std::sregex_iterator at(html.begin(), html.end(), tag), end; at != end; ++at) {
    const std::string name = (*at)[2];
    if (name == "meta" || name == "br" || (*at)[4] == "/") continue;
    if ((*at)[1] != "/") {
      open.push_back(name);
    } else if (open.empty() || open.back() != name) {
      return "</" + name + "> at " + std::to_string(at->position()) + " closes " +
             (open.empty() ? "nothing" : open.back());
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : open.back() + " stays open";
}

TEST(Report, IsWellFormedInEveryKindOfRun) {
  RunResult bare = sample_result({.stores = 1, .products = 1});
  bare.metrics.clear();
  bare.plan.clear();
  bare.replay.clear();
  bare.stages.clear();
  bare.findings.clear();
  bare.quarantined.clear();
  for (const RunResult& result :
       {sample_result(), sample_result({.held_out = true}), bare, RunResult{}}) {
    EXPECT_EQ(nesting_problem(report_html(result)), "");
  }
}

TEST(Report, EscapesWhatComesFromTheData) {
  const std::string html = report_html(sample_result());
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_NE(html.find("P002&lt;script&gt;alert(1)&lt;/script&gt;"), std::string::npos);
  EXPECT_NE(html.find("P003 &quot;Käse, jung&quot; &amp; Söhne"), std::string::npos);
  EXPECT_EQ(html.find('\xFF'), std::string::npos);
  EXPECT_EQ(html.find("<b>-3</b>"), std::string::npos);
}

TEST(Report, AsksTheNetworkForNothing) {
  const std::string html = report_html(sample_result());
  for (const char* word :
       {"http://", "https://", "url(", "@import", " src=", "<link", "<iframe", "<img", "<object"}) {
    EXPECT_EQ(html.find(word), std::string::npos) << word;
  }
}

TEST(Report, StaysUnderTwoMegabytesForThousandsOfSeries) {
  const std::string html = report_html(sample_result({.stores = 40, .products = 80, .days = 450}));
  EXPECT_LT(html.size(), 2'000'000U);
  EXPECT_EQ(html, report_html(sample_result({.stores = 40, .products = 80, .days = 450})));
}

TEST(Report, NamesEveryChartForThoseWhoCannotSeeIt) {
  const std::string html = report_html(sample_result());
  const std::regex chart("<svg class=\"chart\"[^>]*>");
  size_t charts = 0;
  for (std::sregex_iterator at(html.begin(), html.end(), chart), end; at != end; ++at, ++charts) {
    EXPECT_NE(at->str().find("role=\"img\""), std::string::npos);
    EXPECT_EQ(at->str().find("aria-label=\"\""), std::string::npos);
  }
  EXPECT_GE(charts, 12U);
}

TEST(Report, AdmitsWhenABaselineIsBetter) {
  RunResult result = sample_result();
  result.metrics[1].metrics.wape = 10.0;
  EXPECT_NE(accuracy_section(result).find(
                "18.0 % larger than that of the best baseline (seasonal naive)"),
            std::string::npos);
}

TEST(Report, TellsWhatEachStepAddsAndWhatIsCombined) {
  RunResult result = sample_result();
  const std::string html = accuracy_section(result);
  EXPECT_NE(html.find("<td>profile</td><td class=\"n\">12.50</td><td class=\"n\">+8.90</td><td "
                      "class=\"n\">0.6900</td><td class=\"n\">+40.00</td>"),
            std::string::npos);
  EXPECT_NE(html.find("<td>smooth</td><td class=\"n\">14</td><td class=\"n\">75</td><td "
                      "class=\"n\">25</td>"),
            std::string::npos);
  result.ensemble.used = false;
  result.ensemble.gain_percent = -0.26;
  EXPECT_NE(accuracy_section(result).find(
                "forecasts alone: a combination with simpler forecasts had 0.3 % more"),
            std::string::npos);
}

TEST(Report, SaysThatOrdersAreUpperBoundsWithoutStock) {
  const std::string html = orders_section(sample_result());
  EXPECT_NE(html.find("For 2 of 24 series no stock level was given"), std::string::npos);
}

TEST(Report, WritesTheReplayAsATable) {
  RunResult result = sample_result();
  result.replay[0].censored_periods = 0;
  EXPECT_EQ(replay_section(result).substr(0, 46),
            "<section id=\"replay\">\n<h2>Would this plan have");
  const std::string html = replay_section(result);
  EXPECT_NE(
      html.find("<tr class=\"model\"><td>this plan</td><td class=\"n\">812</td><td "
                "class=\"bars\"><svg class=\"bar\" "
                "viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect "
                "class=\"ours\" "
                "width=\"77.81\" height=\"10\"/></svg></td><td class=\"n\">700</td><td "
                "class=\"n\">112</td>"
                "<td class=\"n\">98.70</td><td class=\"n\">14</td><td class=\"n\">410</td></tr>"),
      std::string::npos)
      << html;
}

// For the eye: RESTOCK_REPORT_FOLDER=/tmp restock_publish_test --gtest_filter='Report.*' leaves
// reports to look at.
TEST(Report, CanBeLookedAt) {
  const char* folder = std::getenv("RESTOCK_REPORT_FOLDER");
  if (folder == nullptr) GTEST_SKIP() << "RESTOCK_REPORT_FOLDER is not set";
  std::ofstream(std::string(folder) + "/report.html") << report_html(sample_result());
  std::ofstream(std::string(folder) + "/held_out.html")
      << report_html(sample_result({.held_out = true, .hostile = false}));
}

TEST(Report, TellsWhatPromotionsDo) {
  RunResult result = sample_result();
  const std::string html = accuracy_section(result);
  EXPECT_NE(html.find("What promotions do"), std::string::npos);
  EXPECT_NE(html.find("1 day after a promotion"), std::string::npos);
  EXPECT_NE(html.find("the rest of the same store loses 20"), std::string::npos);
  result.promotion_effects = {};
  EXPECT_EQ(accuracy_section(result).find("What promotions do"), std::string::npos);
}

}  // namespace
}  // namespace restock
