#include "science/generator/department.h"

namespace restock::generator {
namespace {

using Week = std::array<double, 7>;

constexpr Week kGroceryWeek = {0.97, 0.89, 0.88, 0.90, 1.01, 1.19, 1.16};
constexpr Week kFreshWeek = {0.92, 0.90, 0.92, 0.97, 1.10, 1.24, 0.95};
constexpr Week kHouseholdWeek = {0.96, 0.88, 0.87, 0.89, 0.99, 1.21, 1.20};
constexpr Week kLeisureWeek = {0.90, 0.85, 0.85, 0.90, 1.03, 1.28, 1.19};

constexpr EventClass kFood = EventClass::kFood;
constexpr EventClass kHousehold = EventClass::kHousehold;
constexpr EventClass kLeisure = EventClass::kLeisure;

constexpr Department kGrocerDepartments[] = {
    {"Bakery", "Food", "BAK", 5, 9, 0.7, 2.9, 0.35, 0.55, 0.04, 355, 3, -1.2, 0.05, 1, 2, kFood,
     kFreshWeek},
    {"Dairy", "Food", "DAI", 6, 11, 0.7, 2.5, 0.4, 0.30, 0.05, 20, 5, -1.6, 0.07, 2, 4, kFood,
     kGroceryWeek},
    {"Drinks", "Food", "DRI", 6, 10, 0.8, 3.5, 0.6, 0.35, 0.25, 200, 8, -2.4, 0.06, 3, 6, kFood,
     kGroceryWeek},
    {"Produce", "Food", "PRO", 6, 12, 0.7, 1.9, 0.4, 0.40, 0.15, 180, 4, -1.5, 0.07, 1, 3, kFood,
     kFreshWeek},
    {"Cleaning", "Household", "CLE", 5, 3.5, 0.8, 5.5, 0.5, 0.30, 0.05, 100, 6, -2.2, 0.04, 4, 8,
     kHousehold, kHouseholdWeek},
    {"Kitchen", "Household", "KIT", 4, 1.6, 0.8, 9, 0.6, 0.45, 0.08, 340, 3, -1.8, 0.01, 6, 12,
     kHousehold, kHouseholdWeek},
    {"Garden", "Leisure", "GAR", 4, 2.0, 0.9, 12, 0.7, 0.45, 0.75, 140, 3, -1.6, 0.0, 7, 14,
     kLeisure, kLeisureWeek},
    {"Toys", "Leisure", "TOY", 4, 1.8, 0.9, 14, 0.7, 0.50, 0.15, 345, 4, -2.0, 0.0, 7, 14, kLeisure,
     kLeisureWeek},
};

// Products by department are M5's own counts. Medians give its mean units by department together
// with launches, intermittent products and the spread over stores.
constexpr Department kM5Departments[] = {
    {"FOODS_1", "FOODS", "FOODS_1", 216, 0.86, 1.00, 3.0, 0.5, 0.33, 0.06, 40, 2.0, -1.4, 0.06, 2,
     4, kFood, kGroceryWeek},
    {"FOODS_2", "FOODS", "FOODS_2", 398, 0.68, 1.00, 3.6, 0.5, 0.33, 0.05, 20, 2.0, -1.4, 0.14, 2,
     4, kFood, kGroceryWeek},
    {"FOODS_3", "FOODS", "FOODS_3", 823, 1.12, 1.24, 2.6, 0.5, 0.30, 0.05, 170, 2.0, -1.5, 0.10, 2,
     4, kFood, kGroceryWeek},
    {"HOBBIES_1", "HOBBIES", "HOBBIES_1", 416, 0.44, 1.10, 5.5, 0.8, 0.45, 0.10, 345, 1.5, -1.3,
     0.0, 7, 14, kLeisure, kLeisureWeek},
    {"HOBBIES_2", "HOBBIES", "HOBBIES_2", 149, 0.23, 0.80, 2.5, 0.5, 0.45, 0.20, 300, 1.5, -1.3,
     0.0, 7, 14, kLeisure, kLeisureWeek},
    {"HOUSEHOLD_1", "HOUSEHOLD", "HOUSEHOLD_1", 532, 0.87, 0.95, 4.5, 0.5, 0.32, 0.06, 170, 2.0,
     -1.6, 0.03, 4, 8, kHousehold, kHouseholdWeek},
    {"HOUSEHOLD_2", "HOUSEHOLD", "HOUSEHOLD_2", 515, 0.25, 0.85, 5.8, 0.6, 0.38, 0.08, 190, 1.5,
     -1.4, 0.01, 4, 8, kHousehold, kHouseholdWeek},
};

/// How one event acts: sales climb over `lead_days` to 1 + `lead_lift` on the day before, are
/// `day_factor` on the day, and 1 + `after_lift` on the first day after, fading over `after_days`.
struct EventShape {
  int lead_days;
  double lead_lift;
  double day_factor;
  int after_days;
  double after_lift;
};

constexpr EventShape kShapes[kEventCount][3] = {
    // Food                         Household                   Leisure
    {{2, 0.06, 0.72, 0, 0.0}, {0, 0.0, 0.80, 2, 0.05}, {0, 0.0, 0.75, 0, 0.0}},      // New Year
    {{2, 0.14, 1.16, 0, 0.0}, {0, 0.0, 0.90, 0, 0.0}, {0, 0.0, 0.92, 0, 0.0}},       // Super Bowl
    {{2, 0.06, 1.05, 0, 0.0}, {2, 0.04, 1.02, 0, 0.0}, {4, 0.15, 1.10, 0, 0.0}},     // Valentine
    {{4, 0.24, 0.74, 1, -0.08}, {3, 0.06, 0.72, 0, 0.0}, {10, 0.22, 0.70, 0, 0.0}},  // Easter
    {{2, 0.06, 0.98, 0, 0.0}, {4, 0.10, 1.02, 0, 0.0}, {5, 0.14, 1.02, 0, 0.0}},     // Mother's
    {{3, 0.13, 0.96, 0, 0.0}, {2, 0.05, 0.95, 0, 0.0}, {3, 0.10, 1.00, 0, 0.0}},     // Memorial
    {{3, 0.20, 0.97, 1, -0.05}, {2, 0.05, 0.88, 0, 0.0}, {4, 0.18, 0.90, 0, 0.0}},   // 4th of July
    {{3, 0.12, 0.97, 0, 0.0}, {2, 0.05, 0.97, 0, 0.0}, {3, 0.08, 0.98, 0, 0.0}},     // Labor Day
    {{3, 0.06, 0.95, 0, 0.0}, {3, 0.04, 0.95, 0, 0.0}, {14, 0.30, 1.05, 2, -0.10}},  // Halloween
    {{6, 0.34, 0.58, 1, -0.08},
     {3, 0.08, 0.55, 3, 0.25},
     {3, 0.05, 0.55, 3, 0.70}},  // Thanksgiving
    {{6, 0.30, 0.0, 2, -0.12}, {10, 0.14, 0.0, 2, 0.05}, {24, 0.75, 0.0, 6, -0.20}},  // Christmas
};

}  // namespace

std::span<const Department> departments_of(Assortment assortment) {
  if (assortment == Assortment::kM5) return kM5Departments;
  return kGrocerDepartments;
}

double event_factor(Event event, EventClass event_class, int offset) {
  const EventShape& shape = kShapes[static_cast<size_t>(event)][static_cast<size_t>(event_class)];
  if (offset == 0) return shape.day_factor;
  if (offset < 0 && -offset <= shape.lead_days) {
    return 1 + shape.lead_lift * (1 + (offset + 1.0) / shape.lead_days);
  }
  if (offset > 0 && offset <= shape.after_days) {
    return 1 + shape.after_lift * (1 - (offset - 1.0) / shape.after_days);
  }
  return 1;
}

}  // namespace restock::generator
