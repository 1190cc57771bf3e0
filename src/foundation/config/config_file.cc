#include "foundation/config/config_file.h"

#include <stdexcept>

#include <fmt/format.h>

// Under NDEBUG toml++ turns its assertions into promises to the optimiser, and broken text ("[$x]")
// breaks them. Keep them as checks, and make them errors of the text.
[[noreturn]] static void refuse_text() {
  throw std::logic_error("unexpected character");
}
#undef NDEBUG
#define TOML_ASSERT(condition) ((condition) ? static_cast<void>(0) : refuse_text())
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <toml++/toml.h>

#include "foundation/config/byte_size.h"
#include "foundation/config/option_table.h"
#include "foundation/config/suggest.h"

namespace restock {
namespace {

struct Problem {
  int64_t line = 0;  // 0 = no line
  std::string message;

  bool operator<(const Problem& other) const { return line < other.line; }
};

int64_t line_of(const toml::node& node) {
  return static_cast<int64_t>(node.source().begin.line);
}

std::string type_seen(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::string:
      return fmt::format("the text \"{}\"", node.as_string()->get());
    case toml::node_type::integer:
      return fmt::format("the number {}", node.as_integer()->get());
    case toml::node_type::floating_point:
      return fmt::format("the number {}", node.as_floating_point()->get());
    case toml::node_type::boolean:
      return node.as_boolean()->get() ? "true" : "false";
    case toml::node_type::array:
      return "a list";
    case toml::node_type::table:
      return "a table";
    default:
      return "a date";
  }
}

std::string quoted_choices(const Option& option) {
  std::string text;
  for (const auto choice : option.choices) {
    text += fmt::format("{}\"{}\"", text.empty() ? "" : ", ", choice == "\t" ? "\\t" : choice);
  }
  return text;
}

/// Reads one TOML value into the field of one option; what is wrong goes to `problems`.
class ValueReader {
 public:
  ValueReader(const Option& option, const toml::node& node, std::vector<Problem>& problems)
      : option_(option), node_(node), problems_(problems) {}

  void operator()(std::string* field) const {
    if (const auto text = text_of(node_)) *field = *text;
  }
  void operator()(bool* field) const {
    if (const auto* flag = node_.as_boolean()) {
      *field = flag->get();
    } else {
      wrong_type(node_);
    }
  }
  void operator()(int* field) const { read_whole(field); }
  void operator()(uint64_t* field) const { read_whole(field); }
  void operator()(double* field) const {
    if (const auto number = number_of(node_)) *field = *number;
  }
  void operator()(int64_t* field) const {
    if (const auto* number = node_.as_integer(); number != nullptr && number->get() >= 0) {
      *field = number->get();
      return;
    }
    const auto* text = node_.as_string();
    if (text == nullptr) return wrong_type(node_);
    const auto bytes = parse_byte_size(text->get());
    if (bytes) {
      *field = *bytes;
    } else {
      report(node_, fmt::format("{}; {}", bytes.error().message, bytes.error().hint));
    }
  }
  void operator()(std::vector<std::string>* field) const {
    // One text stands for a list of one.
    if (node_.is_string()) {
      if (const auto text = text_of(node_)) *field = {*text};
      return;
    }
    read_list(field, [this](const toml::node& node) { return text_of(node); });
  }
  void operator()(std::vector<double>* field) const {
    read_list(field, [this](const toml::node& node) { return number_of(node); });
  }

 private:
  template <typename T>
  void read_whole(T* field) const {
    const auto* number = node_.as_integer();
    if (number == nullptr) return wrong_type(node_);
    const bool fits = std::in_range<T>(number->get());
    if (!fits || !option_.range.holds(static_cast<double>(number->get()))) {
      return out_of_range(node_, fmt::format("{}", number->get()));
    }
    *field = static_cast<T>(number->get());
  }

  template <typename T, typename Read>
  void read_list(std::vector<T>* field, Read read) const {
    const auto* list = node_.as_array();
    if (list == nullptr) return wrong_type(node_);
    std::vector<T> values;
    for (const toml::node& element : *list) {
      if (const auto value = read(element)) values.push_back(*value);
    }
    *field = std::move(values);
  }

  std::optional<std::string> text_of(const toml::node& node) const {
    const auto* text = node.as_string();
    if (text == nullptr) return wrong_type(node), std::nullopt;
    const std::string& value = text->get();
    if (value.find('\0') != std::string::npos)
      return report(node, "must not hold a NUL character"), std::nullopt;
    if (option_.choices.empty()) return value;
    if (std::find(option_.choices.begin(), option_.choices.end(), value) != option_.choices.end())
      return value;
    const std::vector<std::string> choices(option_.choices.begin(), option_.choices.end());
    const auto likely = suggest(value, choices);
    report(node, fmt::format("must be one of {}, got \"{}\"{}", quoted_choices(option_), value,
                             likely ? fmt::format("; did you mean \"{}\"?", *likely) : ""));
    return std::nullopt;
  }

  std::optional<double> number_of(const toml::node& node) const {
    double value = 0;
    if (const auto* whole = node.as_integer()) {
      value = static_cast<double>(whole->get());
    } else if (const auto* number = node.as_floating_point()) {
      value = number->get();
    } else {
      return wrong_type(node), std::nullopt;
    }
    if (!option_.range.holds(value))
      return out_of_range(node, fmt::format("{}", value)), std::nullopt;
    return value;
  }

  void wrong_type(const toml::node& node) const {
    report(node, fmt::format("must be a {}, got {}", option_.type_name(), type_seen(node)));
  }
  void out_of_range(const toml::node& node, const std::string& seen) const {
    const std::string allowed = option_.range.describe();
    report(node,
           fmt::format("must be {}, got {}", allowed.empty() ? "a finite number" : allowed, seen));
  }
  void report(const toml::node& node, const std::string& what) const {
    problems_.push_back(
        {line_of(node), fmt::format("[{}] {} {}", option_.section, option_.key, what)});
  }

  const Option& option_;
  const toml::node& node_;
  std::vector<Problem>& problems_;
};

/// Message for a key that no option has; looks for the name in its own section first, then in the
/// others.
std::string unknown_key(const std::vector<Option>& options, std::string_view section,
                        std::string_view key) {
  std::vector<std::string> here;
  for (const Option& option : options) {
    if (option.section == section) here.emplace_back(option.key);
  }
  std::string message = fmt::format("unknown option [{}] {}", section, key);
  for (const Option& option : options) {
    if (option.section != section && option.key == key) {
      return message + fmt::format(", did you mean [{}] {}?", option.section, key);
    }
  }
  if (const auto likely = suggest(key, here))
    return message + fmt::format(", did you mean \"{}\"?", *likely);
  return message + fmt::format("; known: {}", fmt::join(here, ", "));
}

void read_section(const std::vector<Option>& options, std::string_view section,
                  const toml::table& table, RunConfig& config, std::vector<Problem>& problems) {
  for (const auto& [key, node] : table) {
    const auto option =
        std::find_if(options.begin(), options.end(), [&, name = key.str()](const Option& row) {
          return row.section == section && row.key == name;
        });
    if (option == options.end()) {
      problems.push_back({static_cast<int64_t>(key.source().begin.line),
                          unknown_key(options, section, key.str())});
      continue;
    }
    std::visit(ValueReader(*option, node, problems), option->field(config));
  }
}

/// A key outside every section: perhaps its section header is missing.
std::string unknown_section(const std::vector<Option>& options, std::string_view name,
                            bool is_table) {
  std::vector<std::string> sections;
  for (const auto& section : option_sections()) sections.emplace_back(section.name);
  if (is_table) {
    const auto likely = suggest(name, sections);
    return fmt::format("unknown section [{}]{}", name,
                       likely ? fmt::format(", did you mean [{}]?", *likely)
                              : fmt::format("; known: {}", fmt::join(sections, ", ")));
  }
  for (const Option& option : options) {
    if (option.key == name) {
      return fmt::format("option {} stands outside a section, put it under [{}]", name,
                         option.section);
    }
  }
  return fmt::format("unknown option {} outside a section", name);
}

Error to_error(const std::string& name, std::vector<Problem> problems) {
  std::stable_sort(problems.begin(), problems.end());
  const auto one = [&](const Problem& problem) {
    return problem.line > 0 ? fmt::format("{}:{}: {}", name, problem.line, problem.message)
                            : fmt::format("{}: {}", name, problem.message);
  };
  std::string message;
  if (problems.size() > 1) message = fmt::format("{} has {} problems:", name, problems.size());
  for (const Problem& problem : problems) {
    message += fmt::format("{}{}", problems.size() > 1 ? "\n  " : "", one(problem));
  }
  return {Code::kInvalidArgument, message, "every option is described in docs/reference/config.md"};
}

/// A column may play one role only; a role may also be repeated by mistake.
void check_roles(const DataConfig& data, std::vector<Problem>& problems) {
  std::map<std::string, std::string> roles;
  const auto take = [&](const std::string& column, const std::string& role) {
    if (column.empty()) return;
    const auto [place, fresh] = roles.emplace(column, role);
    if (!fresh) {
      problems.push_back({0, fmt::format("[data] column \"{}\" is given as {} and as {}", column,
                                         place->second, role)});
    }
  };
  for (const auto& key : data.keys) take(key, "keys");
  take(data.date, "date");
  take(data.units, "units");
  take(data.price, "price");
  take(data.promotion, "promotion");
  take(data.in_stock, "in_stock");
  take(data.out_of_stock, "out_of_stock");
  take(data.out_of_stock_hours, "out_of_stock_hours");
  take(data.closed, "closed");
  take(data.open, "open");
  for (const auto& column : data.covariates) take(column, "covariates");
  for (const auto& column : data.attributes) take(column, "attributes");
}

std::vector<Problem> contradictions(const RunConfig& config) {
  std::vector<Problem> problems;
  const DataConfig& data = config.data;
  if (data.files.empty()) problems.push_back({0, "[data] files is needed: name the sales history"});
  if (data.layout == "long" && data.date.empty())
    problems.push_back({0, "[data] date is needed: name its column"});
  if (data.layout == "long" && data.units.empty())
    problems.push_back({0, "[data] units is needed: name its column"});
  if (data.layout == "wide" && data.wide_columns.empty()) {
    problems.push_back(
        {0, "[data] wide_columns is needed for layout = \"wide\", such as \"d_[0-9]+\""});
  }
  if ((data.in_stock.empty() ? 0 : 1) + (data.out_of_stock.empty() ? 0 : 1) +
          (data.out_of_stock_hours.empty() ? 0 : 1) >
      1) {
    problems.push_back({0, "[data] give one of in_stock, out_of_stock and out_of_stock_hours"});
  }
  if (!data.closed.empty() && !data.open.empty())
    problems.push_back({0, "[data] give closed or open, not both"});
  check_roles(data, problems);
  if (config.forecast.trees_min > config.forecast.trees_max) {
    problems.push_back({0, fmt::format("[forecast] trees_min ({}) must not be above trees_max ({})",
                                       config.forecast.trees_min, config.forecast.trees_max)});
  }
  return problems;
}

std::string escape(std::string_view text) {
  std::string out = "\"";
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (letter == '"' || letter == '\\') {
      out += fmt::format("\\{}", letter);
    } else if (letter == '\t') {
      out += "\\t";
    } else if (letter == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\u{:04X}", byte);
    } else {
      out += letter;
    }
  }
  return out + "\"";
}

struct ValueWriter {
  std::string operator()(const std::string* field) const { return escape(*field); }
  std::string operator()(const bool* field) const { return *field ? "true" : "false"; }
  std::string operator()(const int* field) const { return fmt::format("{}", *field); }
  std::string operator()(const uint64_t* field) const { return fmt::format("{}", *field); }
  std::string operator()(const double* field) const { return number(*field); }
  std::string operator()(const int64_t* field) const { return escape(format_byte_size(*field)); }
  std::string operator()(const std::vector<std::string>* field) const {
    std::vector<std::string> values;
    for (const auto& value : *field) values.push_back(escape(value));
    return fmt::format("[{}]", fmt::join(values, ", "));
  }
  std::string operator()(const std::vector<double>* field) const {
    std::vector<std::string> values;
    for (const double value : *field) values.push_back(number(value));
    return fmt::format("[{}]", fmt::join(values, ", "));
  }

  /// Shortest text that reads back to the same number; TOML wants a digit on both sides of the
  /// point, which fmt keeps.
  static std::string number(double value) { return fmt::format("{}", value); }
};

std::string value_text(const Option& option, RunConfig& config) {
  return std::visit(ValueWriter{}, option.field(config));
}

std::string as_comment(std::string_view text) {
  std::string out = "# ";
  for (const char letter : text) {
    if (letter == '\n') {
      out += "\n# ";
    } else {
      // Control characters are not allowed in TOML comments.
      out += static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f ? ' ' : letter;
    }
  }
  return out + "\n";
}

/// Length of the UTF-8 character at `at` and its code point; length 0 if it is none.
std::pair<size_t, uint32_t> decode(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const uint32_t lead = byte(at);
  const size_t length = lead < 0x80       ? 1
                        : lead >> 5 == 6  ? 2
                        : lead >> 4 == 14 ? 3
                        : lead >> 3 == 30 ? 4
                                          : 0;
  if (length <= 1) return {length, lead};
  uint32_t code = lead & (0x7FU >> length);
  for (size_t k = 1; k < length; ++k) {
    if ((byte(at + k) & 0xC0) != 0x80) return {0, 0};
    code = code << 6 | (byte(at + k) & 0x3F);
  }
  const bool shortest = code >= (length == 2 ? 0x80U : length == 3 ? 0x800U : 0x10000U);
  const bool scalar = code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
  return {shortest && scalar ? length : 0, code};
}

/// Writes the quoted text at `at` as a double-quoted one of ASCII and moves `at` behind it; false
/// if its line does not close it.
bool quote_as_ascii(std::string_view text, size_t& at, std::string& out) {
  const char quote = text[at++];
  out += '"';
  while (at < text.size()) {
    const char c = text[at];
    if (c == quote) return out += '"', ++at, true;
    const auto [length, code] = decode(text, at);
    if (length == 0 || code == 0x7f || (code < 0x20 && c != '\t')) return false;
    if (length > 1) {
      out += fmt::format("\\U{:08X}", code);
    } else if (c == '\\' && quote == '"') {
      out += c;
      if (++at < text.size() && static_cast<unsigned char>(text[at]) < 0x7f && text[at] >= ' ')
        out += text[at++];
      continue;
    } else if (quote == '\'' && (c == '"' || c == '\\')) {
      out += {'\\', c};
    } else {
      out += c;
    }
    at += length;
  }
  return false;
}

/// The same table in ASCII, without comments, line by line: toml++ 3.3 answers other characters
/// outside texts with undefined behaviour (its test for Unicode spaces), so it gets to see none.
/// Texts of several lines are refused; no option needs one.
std::variant<std::string, Problem> to_ascii(std::string_view text) {
  std::string out;
  int64_t line = 1;
  size_t i = text.starts_with("\xef\xbb\xbf") ? 3 : 0;
  while (i < text.size()) {
    const char c = text[i];
    if (c == '"' || c == '\'') {
      if (text.substr(i, 3) == std::string(3, c))
        return Problem{line, "write each text on one line, in single or double quotes"};
      if (!quote_as_ascii(text, i, out))
        return Problem{line, "the text in quotes is not closed on its line, or is no UTF-8"};
    } else if (c == '#') {
      i = std::min(text.find('\n', i), text.size());
    } else if (c == '\n' || c == '\r' || c == '\t' || (c >= ' ' && c < 0x7f)) {
      line += c == '\n' ? 1 : 0;
      out += c;
      ++i;
    } else {
      return Problem{line, "unexpected character outside quotes"};
    }
  }
  return out;
}

/// The table, or what is wrong with the text, with its line.
std::variant<toml::table, Problem> parse_text(std::string_view text) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& problem) {
    return Problem{static_cast<int64_t>(problem.source().begin.line),
                   std::string(problem.description())};
  } catch (const std::exception& problem) {
    return Problem{0, problem.what()};
  }
}

/// The first line after which the text fails without telling where.
int64_t find_bad_line(std::string_view text) {
  int64_t line = 1;
  for (size_t end = text.find('\n'); end != std::string_view::npos;
       end = text.find('\n', end + 1), ++line) {
    const auto part = parse_text(text.substr(0, end));
    if (const auto* problem = std::get_if<Problem>(&part); problem != nullptr && problem->line == 0)
      break;
  }
  return line;
}

}  // namespace

Result<RunConfig> parse_run_config(std::string_view text, const std::string& directory,
                                   const std::string& name) {
  auto ascii = to_ascii(text);
  if (auto* problem = std::get_if<Problem>(&ascii)) return to_error(name, {std::move(*problem)});
  auto parsed = parse_text(std::get<std::string>(ascii));
  if (auto* problem = std::get_if<Problem>(&parsed)) {
    if (problem->line == 0) problem->line = find_bad_line(std::get<std::string>(ascii));
    return to_error(name, {std::move(*problem)});
  }
  const toml::table table = std::get<toml::table>(std::move(parsed));
  RunConfig config;
  config.directory = directory;
  const std::vector<Option> options = option_table();
  const std::vector<OptionSection> sections = option_sections();
  std::vector<Problem> problems;
  for (const auto& [key, node] : table) {
    const bool known = std::any_of(
        sections.begin(), sections.end(),
        [name = key.str()](const OptionSection& section) { return section.name == name; });
    if (known && node.is_table()) {
      read_section(options, key.str(), *node.as_table(), config, problems);
    } else if (known) {
      problems.push_back(
          {line_of(node), fmt::format("{} is a section: write [{}]", key.str(), key.str())});
    } else {
      problems.push_back({static_cast<int64_t>(key.source().begin.line),
                          unknown_section(options, key.str(), node.is_table())});
    }
  }
  // A contradiction may only be the echo of an option that could not be read.
  if (problems.empty()) problems = contradictions(config);
  if (!problems.empty()) return to_error(name, std::move(problems));
  return config;
}

Result<RunConfig> load_run_config(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path)) {
    return Error{
        Code::kIo,
        fmt::format("cannot read the configuration {}: {}", path,
                    std::filesystem::is_directory(path) ? "it is a folder" : std::strerror(errno)),
        "write one with: restock init --from FILE"};
  }
  std::ostringstream text;
  text << file.rdbuf();
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  return parse_run_config(text.str(), folder.empty() ? "." : folder.string(), path);
}

Status check_run_config(const RunConfig& config) {
  auto problems = contradictions(config);
  if (problems.empty()) return {};
  return to_error("configuration", std::move(problems));
}

std::string to_toml(const RunConfig& config, const ConfigNotes& notes) {
  RunConfig values = config;
  RunConfig defaults;
  std::string out = notes.header.empty() ? "" : as_comment(notes.header) + "\n";
  std::string_view section;
  for (const Option& option : option_table()) {
    if (option.section != section) {
      section = option.section;
      for (const auto& row : option_sections()) {
        if (row.name == section)
          out += fmt::format("{}# {}\n[{}]\n", out.empty() ? "" : "\n", row.doc, row.name);
      }
    }
    const std::string value = value_text(option, values);
    const bool is_default = value == value_text(option, defaults);
    if (const auto note = notes.by_option.find(option.name()); note != notes.by_option.end()) {
      out += "\n" + as_comment(note->second);
    }
    out += fmt::format("{}{} = {}  # {}\n", is_default ? "# " : "", option.key, value, option.doc);
  }
  return out;
}

Status write_run_config(const RunConfig& config, const std::string& path,
                        const ConfigNotes& notes) {
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) {
    return Error{Code::kIo, fmt::format("{} exists and is not overwritten", path),
                 "give another name or remove it"};
  }
  std::ofstream file(path, std::ios::binary);
  file << to_toml(config, notes);
  file.close();
  if (!file)
    return Error{Code::kIo, fmt::format("cannot write {}: {}", path, std::strerror(errno)), ""};
  return {};
}

std::string config_reference_markdown() {
  RunConfig defaults;
  std::string out =
      "# restock.toml\n\n"
      "<!-- Generated from src/foundation/config/option_table.cc; a test keeps it current. -->\n\n"
      "Paths are relative to the file. An unknown option is an error, with its line. Every option "
      "has a default; only\n"
      "`[data] files`, `date` and `units` must be given. `restock init --from FILE` writes a "
      "commented file.\n";
  std::string_view section;
  for (const Option& option : option_table()) {
    if (option.section != section) {
      section = option.section;
      for (const auto& row : option_sections()) {
        if (row.name == section) out += fmt::format("\n## [{}]\n{}\n\n", row.name, row.doc);
      }
      out += "| Option | Type | Default | Allowed | Meaning |\n|---|---|---|---|---|\n";
    }
    std::string allowed;
    for (const auto choice : option.choices) {
      const std::string shown = choice == "|"    ? "\\|"
                                : choice == "\t" ? "\\t"
                                                 : std::string(choice);
      allowed += fmt::format("{}`{}`", allowed.empty() ? "" : ", ", shown);
    }
    if (allowed.empty()) allowed = option.range.describe();
    out += fmt::format("| `{}` | {} | `{}` | {} | {} |\n", option.key, option.type_name(),
                       value_text(option, defaults), allowed, option.doc);
  }
  return out;
}

}  // namespace restock
