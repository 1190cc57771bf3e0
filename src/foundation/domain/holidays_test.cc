#include "foundation/domain/holidays.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/domain/lunar_calendar.h"

namespace restock {
namespace {

std::vector<std::string> dates(std::string_view country, int year) {
  std::vector<std::string> days;
  const auto holidays = holidays_of(country, year);
  EXPECT_TRUE(holidays.ok());
  for (const Holiday& holiday : holidays.value())
    days.push_back(holiday.date.to_string().substr(5));
  return days;
}

std::string name_on(std::string_view country, Date date) {
  const std::vector<Holiday> holidays = holidays_of(country, date.year()).value();
  for (const Holiday& holiday : holidays) {
    if (holiday.date == date) return holiday.name;
  }
  return "";
}

using Days = std::vector<std::string>;

// Dates of the Astronomical Applications Department, U.S. Naval Observatory.
TEST(WesternEaster, ReproducesPublishedDates) {
  EXPECT_EQ(western_easter(1961), Date::of(1961, 4, 2));
  EXPECT_EQ(western_easter(2008), Date::of(2008, 3, 23));
  EXPECT_EQ(western_easter(2011), Date::of(2011, 4, 24));
  EXPECT_EQ(western_easter(2019), Date::of(2019, 4, 21));
  EXPECT_EQ(western_easter(2024), Date::of(2024, 3, 31));
  EXPECT_EQ(western_easter(2025), Date::of(2025, 4, 20));
  EXPECT_EQ(western_easter(2038), Date::of(2038, 4, 25));
}

TEST(OrthodoxEaster, ReproducesPublishedDates) {
  EXPECT_EQ(orthodox_easter(2010), Date::of(2010, 4, 4));
  EXPECT_EQ(orthodox_easter(2021), Date::of(2021, 5, 2));
  EXPECT_EQ(orthodox_easter(2024), Date::of(2024, 5, 5));
  EXPECT_EQ(orthodox_easter(2025), Date::of(2025, 4, 20));
}

TEST(OrthodoxEaster, IsASundayNotBeforeTheWesternOne) {
  for (int year = 1950; year < 2099; ++year) {
    EXPECT_EQ(western_easter(year).weekday(), 6);
    EXPECT_EQ(orthodox_easter(year).weekday(), 6);
    EXPECT_GE(orthodox_easter(year), western_easter(year));
  }
}

// Hong Kong Observatory, Gregorian-lunar calendar conversion table.
TEST(LunarDate, ReproducesPublishedNewYearsAndFestivals) {
  const Date new_years[] = {Date::of(2010, 2, 14), Date::of(2011, 2, 3),  Date::of(2012, 1, 23),
                            Date::of(2013, 2, 10), Date::of(2014, 1, 31), Date::of(2015, 2, 19),
                            Date::of(2016, 2, 8),  Date::of(2017, 1, 28), Date::of(2018, 2, 16),
                            Date::of(2019, 2, 5),  Date::of(2020, 1, 25), Date::of(2021, 2, 12),
                            Date::of(2022, 2, 1),  Date::of(2023, 1, 22), Date::of(2024, 2, 10),
                            Date::of(2025, 1, 29), Date::of(2026, 2, 17), Date::of(2027, 2, 6),
                            Date::of(2028, 1, 26), Date::of(2029, 2, 13), Date::of(2030, 2, 3)};
  for (int year = 2010; year <= 2030; ++year)
    EXPECT_EQ(lunar_date(year, 1, 1, 8), new_years[year - 2010]) << year;
  EXPECT_EQ(lunar_date(2020, 8, 15, 8), Date::of(2020, 10, 1));  // after a leap month 4
  EXPECT_EQ(lunar_date(2023, 5, 5, 8), Date::of(2023, 6, 22));   // after a leap month 2
  EXPECT_EQ(lunar_date(2025, 5, 5, 8), Date::of(2025, 5, 31));   // before a leap month 6
  EXPECT_EQ(lunar_date(2025, 8, 15, 8), Date::of(2025, 10, 6));
}

TEST(SolarTerm, ReproducesEquinoxesAndQingming) {
  EXPECT_EQ(solar_term(2024, 0, 9), Date::of(2024, 3, 20));
  EXPECT_EQ(solar_term(2023, 0, 9), Date::of(2023, 3, 21));
  EXPECT_EQ(solar_term(2024, 180, 9), Date::of(2024, 9, 22));
  EXPECT_EQ(solar_term(2024, 15, 8), Date::of(2024, 4, 4));
  EXPECT_EQ(solar_term(2023, 15, 8), Date::of(2023, 4, 5));
}

TEST(IslamicMonth, ReproducesPublishedFeasts) {
  EXPECT_EQ(islamic_month(1445, 10), Date::of(2024, 4, 10));      // Eid al-Fitr
  EXPECT_EQ(islamic_month(1445, 12) + 9, Date::of(2024, 6, 16));  // Eid al-Adha
  EXPECT_EQ(islamic_month(1446, 10), Date::of(2025, 3, 30));
  EXPECT_EQ(islamic_month(1447, 1), Date::of(2025, 6, 26));  // New Year
}

TEST(HolidaysOf, ReproducesOfficialCalendarsOf2024And2025) {
  // gov.uk, bank holidays of England and Wales without Easter Monday and summer bank holiday, which
  // are not kept in all of the United Kingdom; opm.gov; Feiertage of the Bund; Cabinet Office of
  // Japan.
  EXPECT_EQ(dates("GB", 2024), (Days{"01-01", "03-29", "05-06", "05-27", "12-25", "12-26"}));
  EXPECT_EQ(dates("US", 2024), (Days{"01-01", "01-15", "02-19", "05-27", "06-19", "07-04", "09-02",
                                     "10-14", "11-11", "11-28", "12-25"}));
  EXPECT_EQ(dates("DE", 2025), (Days{"01-01", "04-18", "04-21", "05-01", "05-29", "06-09", "10-03",
                                     "12-25", "12-26"}));
  EXPECT_EQ(dates("JP", 2024),
            (Days{"01-01", "01-08", "02-11", "02-12", "02-23", "03-20", "04-29",
                  "05-03", "05-04", "05-05", "05-06", "07-15", "08-11", "08-12",
                  "09-16", "09-22", "09-23", "10-14", "11-03", "11-04", "11-23"}));
  EXPECT_EQ(dates("KR", 2025), (Days{"01-01", "01-27", "01-28", "01-29", "01-30", "03-01", "03-03",
                                     "05-05", "05-06", "06-03", "06-06", "08-15", "10-03", "10-05",
                                     "10-06", "10-07", "10-08", "10-09", "12-25"}));
  EXPECT_EQ(dates("TR", 2024),
            (Days{"01-01", "04-10", "04-11", "04-12", "04-23", "05-01", "05-19", "06-16", "06-17",
                  "06-18", "06-19", "07-15", "08-30", "10-29"}));
}

TEST(HolidaysOf, MovesNewYearsDayIntoTheYearBefore) {
  EXPECT_EQ(name_on("US", Date::of(2021, 12, 31)), "New Year's Day (observed)");
  EXPECT_EQ(name_on("US", Date::of(2022, 1, 1)), "New Year's Day");
}

TEST(HolidaysOf, GivesTwoSubstitutesForAWeekendOfHolidays) {
  EXPECT_EQ(name_on("GB", Date::of(2021, 12, 27)), "Christmas Day (observed)");
  EXPECT_EQ(name_on("GB", Date::of(2021, 12, 28)), "Boxing Day (observed)");
  EXPECT_EQ(name_on("NZ", Date::of(2022, 1, 3)), "New Year's Day (observed)");
  EXPECT_EQ(name_on("NZ", Date::of(2022, 1, 4)), "Day after New Year's Day (observed)");
}

TEST(HolidaysOf, NamesBothHolidaysOfOneDay) {
  EXPECT_EQ(name_on("NO", Date::of(2012, 5, 17)), "Ascension Day; Constitution Day");
}

TEST(HolidaysOf, MakesASandwichedDayAHolidayInJapan) {
  EXPECT_EQ(name_on("JP", Date::of(2026, 9, 22)), "National Holiday");
  EXPECT_EQ(name_on("JP", Date::of(2019, 5, 2)), "National Holiday");
}

TEST(HolidaysOf, FindsBothEndsOfRamadanOf2033) {
  const auto days = dates("TR", 2033);
  EXPECT_EQ(std::count(days.begin(), days.end(), "01-02"), 1);
  EXPECT_EQ(std::count(days.begin(), days.end(), "12-23"), 1);
}

TEST(HolidaysOf, IsSortedAndDistinctForEveryCountryAndYear) {
  uint64_t hash = 14695981039346656037U;
  size_t count = 0;
  const auto countries = holiday_countries();
  EXPECT_GE(countries.size(), 20U);
  EXPECT_TRUE(std::is_sorted(countries.begin(), countries.end()));
  for (const auto& country : countries) {
    for (int year = kHolidayYearFirst; year <= kHolidayYearLast; ++year) {
      const auto holidays = holidays_of(country, year).value();
      EXPECT_GE(holidays.size(), 3U) << country << year;
      for (size_t i = 0; i < holidays.size(); ++i) {
        EXPECT_EQ(holidays[i].date.year(), year);
        EXPECT_FALSE(holidays[i].name.empty());
        if (i > 0) {
          EXPECT_LT(holidays[i - 1].date, holidays[i].date);
        }
        hash = (hash ^ static_cast<uint32_t>(holidays[i].date.days())) * 1099511628211U;
        count += 1;
      }
    }
  }
  // The days that tools/compare_holidays found equal to the package it names, but for the listed
  // ones.
  EXPECT_EQ(count, 10248U);
  EXPECT_EQ(hash, 12556677361996496468U);
}

TEST(HolidaysOf, RejectsUnknownCountriesAndYears) {
  EXPECT_EQ(holidays_of("XX", 2020).error().code, Code::kInvalidArgument);
  EXPECT_NE(holidays_of("us", 2020).error().message.find("got 'us'"), std::string::npos);
  EXPECT_EQ(holidays_of("US", 2009).error().message,
            "holidays are known for 2010 to 2035, got 2009");
  EXPECT_FALSE(holidays_of("US", 2036).ok());
}

TEST(HolidayCalendar, JoinsOwnDaysToThoseOfTheCountry) {
  auto calendar = HolidayCalendar::make("DE", 2024, 2025).value();
  calendar.add({Date::of(2024, 11, 29), "Black Friday"});
  calendar.add({Date::of(2024, 12, 25), "Closed"});
  EXPECT_EQ(*calendar.find(Date::of(2024, 11, 29)), "Black Friday");
  EXPECT_EQ(*calendar.find(Date::of(2024, 12, 25)), "Christmas Day; Closed");
  EXPECT_EQ(*calendar.find(Date::of(2025, 10, 3)), "German Unity Day");
  EXPECT_EQ(calendar.find(Date::of(2024, 11, 28)), nullptr);
  EXPECT_EQ(calendar.days().size(), 9U + 9U + 1U);
}

TEST(HolidayCalendar, RejectsYearsInTheWrongOrder) {
  EXPECT_EQ(HolidayCalendar::make("DE", 2025, 2024).error().code, Code::kInvalidArgument);
  EXPECT_FALSE(HolidayCalendar::make("DE", 2030, 2040).ok());
}

}  // namespace
}  // namespace restock
