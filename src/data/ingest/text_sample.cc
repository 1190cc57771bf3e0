#include "data/ingest/text_sample.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace restock::ingest {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool is_utf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const size_t length = lead < 0x80       ? 1
                          : lead >> 5 == 6  ? 2
                          : lead >> 4 == 14 ? 3
                          : lead >> 3 == 30 ? 4
                                            : 0;
    if (length == 0) return false;
    if (i + length > text.size()) return true;  // The sample ends inside a character.
    for (size_t k = 1; k < length; ++k) {
      if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80) return false;
    }
    i += length;
  }
  return true;
}

std::string latin1_to_utf8(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (byte < 0x80) {
      out += letter;
    } else {
      out += static_cast<char>(0xc0 | byte >> 6);
      out += static_cast<char>(0x80 | (byte & 0x3f));
    }
  }
  return out;
}

/// Only the Basic Latin part matters for the sample; other characters become '?'.
std::string utf16_to_ascii(std::string_view text, bool little_endian) {
  std::string out;
  for (size_t i = 0; i + 1 < text.size(); i += 2) {
    const auto low = static_cast<unsigned char>(text[little_endian ? i : i + 1]);
    const auto high = static_cast<unsigned char>(text[little_endian ? i + 1 : i]);
    out += high == 0 && low < 0x80 ? static_cast<char>(low) : '?';
  }
  return out;
}

/// Cuts delimited text into records, line ends inside quotes included.
class RecordReader {
 public:
  RecordReader(std::string_view text, char delimiter) : text_(text), delimiter_(delimiter) {}

  /// The next record, or nullopt at the end. `ended` tells whether it ended with a line end.
  std::optional<std::vector<std::string>> next(bool& ended) {
    if (at_ >= text_.size()) return std::nullopt;
    std::vector<std::string> fields;
    while (true) {
      fields.push_back(field());
      if (at_ >= text_.size()) return ended = false, fields;
      const char stop = text_[at_++];
      if (stop == delimiter_) continue;
      if (stop == '\r' && at_ < text_.size() && text_[at_] == '\n') ++at_;
      return ended = true, fields;
    }
  }

 private:
  std::string field() {
    std::string out;
    if (at_ < text_.size() && text_[at_] == '"') {
      ++at_;
      while (at_ < text_.size()) {
        if (text_[at_] != '"') {
          out += text_[at_++];
        } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
          out += '"';
          at_ += 2;
        } else {
          ++at_;
          break;
        }
      }
    }
    while (at_ < text_.size() && text_[at_] != delimiter_ && text_[at_] != '\n' &&
           text_[at_] != '\r')
      out += text_[at_++];
    return out;
  }

  std::string_view text_;
  char delimiter_;
  size_t at_ = 0;
};

bool is_blank(const std::vector<std::string>& record) {
  return record.size() == 1 && record[0].empty();
}

std::vector<std::vector<std::string>> records(std::string_view text, char delimiter,
                                              size_t rows_max, bool complete) {
  std::vector<std::vector<std::string>> out;
  RecordReader reader(text, delimiter);
  bool ended = true;
  while (out.size() < rows_max) {
    auto record = reader.next(ended);
    if (!record) break;
    if (!ended && !complete && !out.empty()) break;  // The sample may end inside it.
    if (!is_blank(*record)) out.push_back(std::move(*record));
  }
  return out;
}

/// How well a delimiter cuts the first lines: lines of the commonest width above one, then the
/// width.
std::pair<size_t, size_t> score(std::string_view text, char delimiter, bool complete) {
  std::map<size_t, size_t> lines_by_width;
  for (const auto& record : records(text, delimiter, 200, complete))
    ++lines_by_width[record.size()];
  std::pair<size_t, size_t> best{0, 0};
  for (const auto& [width, lines] : lines_by_width) {
    if (width > 1) best = std::max(best, {lines, width});
  }
  return best;
}

char find_delimiter(std::string_view text, const TextSampleOptions& options) {
  if (options.delimiter != "auto" && !options.delimiter.empty()) return options.delimiter[0];
  char best = ',';
  std::pair<size_t, size_t> best_score{0, 0};
  for (const char candidate : {',', ';', '\t', '|'}) {
    const auto seen = score(text, candidate, options.complete);
    if (seen > best_score) {
      best = candidate;
      best_score = seen;
    }
  }
  return best;
}

std::string trim(std::string_view text) {
  const auto space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && space(text.front())) text.remove_prefix(1);
  while (!text.empty() && space(text.back())) text.remove_suffix(1);
  return std::string(text);
}

void name_columns(TextSample& sample, std::vector<std::string> names) {
  std::set<std::string> taken;
  for (size_t i = 0; i < names.size(); ++i) {
    std::string name = trim(names[i]);
    if (name.empty()) name = fmt::format("column{}", i);
    std::string unique = name;
    // DuckDB's names ignore case.
    const auto folded = [](std::string text) {
      for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
      return text;
    };
    for (int k = 2; !taken.insert(folded(unique)).second; ++k)
      unique = fmt::format("{}_{}", name, k);
    sample.columns.push_back(unique);
  }
}

/// A value with runs of digits as 9: "2024-01-02" is "9-9-9".
std::string shape(const std::string& value) {
  std::string out;
  for (const char c : value) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit) {
      out += c;
    } else if (out.empty() || out.back() != '9') {
      out += '9';
    }
  }
  return out;
}

/// A header is a line of names: none of its fields is a value, and it does not repeat among the
/// rows below.
bool first_is_header(const std::vector<std::vector<std::string>>& lines) {
  const auto& first = lines.front();
  const auto is_name = [](const std::string& field) {
    return !trim(field).empty() && !looks_like_value(trim(field));
  };
  if (std::all_of(first.begin(), first.end(),
                  [&](const auto& f) { return trim(f).empty() || is_name(f); })) {
    if (lines.size() == 1) return true;
    // All texts above all texts: still a header, unless a field below repeats it.
    for (size_t i = 0; i < first.size(); ++i) {
      for (size_t row = 1; row < std::min<size_t>(lines.size(), 50); ++row) {
        if (i < lines[row].size() && !trim(first[i]).empty() && lines[row][i] == first[i])
          return false;
      }
    }
    return true;
  }
  if (lines.size() < 2) return false;
  // Dates of a wide table stand above numbers: the values of a header have another shape than those
  // below.
  size_t other_shape = 0;
  for (size_t i = 0; i < first.size(); ++i) {
    if (is_name(first[i]) || trim(first[i]).empty() || i >= lines[1].size() ||
        trim(lines[1][i]).empty())
      continue;
    if (shape(trim(first[i])) == shape(trim(lines[1][i]))) return false;
    ++other_shape;
  }
  const std::set<std::string> distinct(first.begin(), first.end());
  return other_shape >= 2 && distinct.size() == first.size();
}

}  // namespace

bool looks_like_value(std::string_view text) {
  bool digit = false;
  int letters = 0;
  for (const char c : text) {
    const bool is_digit = c >= '0' && c <= '9';
    digit = digit || is_digit;
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter && c != 'T' && c != 'Z' && c != 'e' && c != 'E') ++letters;
    if (!is_digit && !letter && std::string_view(".,:/- +%").find(c) == std::string_view::npos)
      return false;
  }
  // "5 Jan 2020" has letters; "d_1" has not passed the set above, "store1" has no space or dash.
  return digit &&
         (letters == 0 || (letters <= 9 && text.find_first_of(" -/") != std::string_view::npos &&
                           text.front() >= '0' && text.front() <= '9'));
}

Result<TextSample> sample_delimited(std::string_view bytes, const TextSampleOptions& options) {
  TextSample sample;
  std::string converted;
  std::string_view text = bytes;
  if (text.starts_with(kByteOrderMark)) {
    sample.has_byte_order_mark = true;
    text.remove_prefix(kByteOrderMark.size());
  } else if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) {
    sample.encoding = "utf-16";
    sample.has_byte_order_mark = true;
    converted = utf16_to_ascii(text.substr(2), text.starts_with("\xff\xfe"));
    text = converted;
  }
  if (sample.encoding == "utf-8" && !is_utf8(text)) {
    sample.encoding = "latin-1";
    converted = latin1_to_utf8(text);
    text = converted;
  }
  if (text.find('\0') != std::string_view::npos)
    return Error{Code::kInvalidData, "it is a binary file, not text", ""};
  sample.delimiter = find_delimiter(text, options);
  auto lines = records(text, sample.delimiter, options.rows_max + 1, options.complete);
  if (lines.empty()) return Error{Code::kInvalidData, "it has no line", ""};
  sample.has_header = first_is_header(lines);
  name_columns(sample,
               sample.has_header ? lines.front() : std::vector<std::string>(lines.front().size()));
  for (size_t i = sample.has_header ? 1 : 0; i < lines.size(); ++i) {
    lines[i].resize(sample.columns.size());
    for (auto& field : lines[i]) field = trim(field);
    sample.rows.push_back(std::move(lines[i]));
  }
  return sample;
}

Result<TextSample> sample_json_lines(std::string_view bytes, const TextSampleOptions& options) {
  TextSample sample;
  if (bytes.starts_with(kByteOrderMark)) {
    sample.has_byte_order_mark = true;
    bytes.remove_prefix(kByteOrderMark.size());
  }
  std::map<std::string, size_t> index;
  while (!bytes.empty() && sample.rows.size() < options.rows_max) {
    const size_t end = bytes.find('\n');
    if (end == std::string_view::npos && !options.complete && !sample.rows.empty()) break;
    const std::string_view line = bytes.substr(0, end);
    bytes = end == std::string_view::npos ? std::string_view() : bytes.substr(end + 1);
    // Deeper parts are dropped: writing a value back recurses once a level.
    const auto shallow = [](int depth, nlohmann::ordered_json::parse_event_t,
                            nlohmann::ordered_json&) { return depth <= 32; };
    const auto object = nlohmann::ordered_json::parse(line, shallow, false);
    if (!object.is_object()) continue;
    std::vector<std::string> row(sample.columns.size());
    for (const auto& [key, value] : object.items()) {
      const auto [place, fresh] = index.emplace(key, sample.columns.size());
      if (fresh) {
        sample.columns.push_back(key);
        row.emplace_back();
      }
      if (value.is_null()) continue;
      row[place->second] =
          value.is_string() ? trim(value.get<std::string>())
                            : value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    }
    sample.rows.push_back(std::move(row));
  }
  if (sample.rows.empty())
    return Error{Code::kInvalidData, "no line of it is a JSON object", "write one object a line"};
  for (auto& row : sample.rows) row.resize(sample.columns.size());
  return sample;
}

}  // namespace restock::ingest
