#include "foundation/domain/holiday_rules.h"

namespace restock {
namespace {

constexpr int kMonday = 0, kThursday = 3, kFriday = 4, kSaturday = 5, kSunday = 6;
using enum Substitute;

constexpr HolidayRule fixed(std::string_view name, int month, int day) {
  return {.name = name, .month = static_cast<int8_t>(month), .day = static_cast<int8_t>(day)};
}

constexpr HolidayRule weekday(std::string_view name, int month, int day, int weekday_number) {
  return {.name = name,
          .kind = HolidayKind::kWeekday,
          .month = static_cast<int8_t>(month),
          .day = static_cast<int8_t>(day),
          .weekday = static_cast<int8_t>(weekday_number)};
}

constexpr HolidayRule easter(std::string_view name, int offset) {
  return {.name = name, .kind = HolidayKind::kEaster, .offset = static_cast<int16_t>(offset)};
}

constexpr HolidayRule orthodox(std::string_view name, int offset) {
  return {
      .name = name, .kind = HolidayKind::kOrthodoxEaster, .offset = static_cast<int16_t>(offset)};
}

/// A day of a lunar calendar, `offset` days later.
constexpr HolidayRule moon(std::string_view name, HolidayKind kind, int month, int day,
                           int offset = 0) {
  return {.name = name,
          .kind = kind,
          .month = static_cast<int8_t>(month),
          .day = static_cast<int8_t>(day),
          .offset = static_cast<int16_t>(offset)};
}

constexpr HolidayRule chinese(std::string_view name, int month, int day, int offset = 0) {
  return moon(name, HolidayKind::kChineseMoon, month, day, offset);
}

constexpr HolidayRule korean(std::string_view name, int month, int day, int offset = 0) {
  return moon(name, HolidayKind::kKoreanMoon, month, day, offset).with(kSundayOnly, 2014);
}

constexpr HolidayRule islamic(std::string_view name, int month, int day, int offset = 0) {
  return moon(name, HolidayKind::kIslamic, month, day, offset);
}

constexpr HolidayRule solar(std::string_view name, int degrees, int zone_hours) {
  return {.name = name,
          .kind = HolidayKind::kSolarTerm,
          .day = static_cast<int8_t>(zone_hours),
          .offset = static_cast<int16_t>(degrees)};
}

constexpr HolidayRule kNewYear = fixed("New Year's Day", 1, 1);
constexpr HolidayRule kEpiphany = fixed("Epiphany", 1, 6);
constexpr HolidayRule kMaundyThursday = easter("Maundy Thursday", -3);
constexpr HolidayRule kGoodFriday = easter("Good Friday", -2);
constexpr HolidayRule kEasterSunday = easter("Easter Sunday", 0);
constexpr HolidayRule kEasterMonday = easter("Easter Monday", 1);
constexpr HolidayRule kAscension = easter("Ascension Day", 39);
constexpr HolidayRule kPentecost = easter("Pentecost", 49);
constexpr HolidayRule kPentecostMonday = easter("Pentecost Monday", 50);
constexpr HolidayRule kCorpusChristi = easter("Corpus Christi", 60);
constexpr HolidayRule kLabor = fixed("Labor Day", 5, 1);
constexpr HolidayRule kAssumption = fixed("Assumption Day", 8, 15);
constexpr HolidayRule kAllSaints = fixed("All Saints' Day", 11, 1);
constexpr HolidayRule kImmaculate = fixed("Immaculate Conception", 12, 8);
constexpr HolidayRule kChristmas = fixed("Christmas Day", 12, 25);
constexpr HolidayRule kBoxing = fixed("Boxing Day", 12, 26);
constexpr HolidayRule kChristmasTwo = fixed("Second Day of Christmas", 12, 26);
constexpr HolidayRule kStephen = fixed("Saint Stephen's Day", 12, 26);

constexpr HolidayRule kAE[] = {
    kNewYear,
    fixed("Commemoration Day", 11, 30).from(2015).to(2018),
    fixed("Commemoration Day", 12, 1).from(2019).to(2023),
    fixed("National Day", 12, 2),
    fixed("National Day", 12, 3).to(2024),
    fixed("National Day", 12, 1).only(2025),
    fixed("National Day", 12, 3).from(2026),
    islamic("Eid al-Fitr Holiday", 10, 1, -1).from(2019).to(2024),
    islamic("Eid al-Fitr", 10, 1),
    islamic("Eid al-Fitr Holiday", 10, 2),
    islamic("Eid al-Fitr Holiday", 10, 3),
    islamic("Day of Arafah", 12, 9),
    islamic("Eid al-Adha", 12, 10),
    islamic("Eid al-Adha Holiday", 12, 11),
    islamic("Eid al-Adha Holiday", 12, 12),
    islamic("Islamic New Year", 1, 1),
    islamic("Isra' and Mi'raj", 7, 27).to(2018),
    islamic("Prophet's Birthday", 3, 12),
};
constexpr int32_t kAEEid[] = {20200522, 20210511, 20220430, 20240408, 20260319};
// The government moves single holidays to the end of the week.
constexpr int32_t kAENewYear[] = {20170922, 20200823, 20210812, 20230721, 20250627, 20260615};
constexpr int32_t kAEMiraj[] = {20170423, 20180414};
constexpr int32_t kAEMawlid[] = {20181118, 20211021, 20230929, 20250905, 20260828};
constexpr int32_t kAEAbsent[] = {20170424, 20170921, 20180413, 20181120, 20200820,
                                 20210809, 20211018, 20230719, 20230927, 20250626,
                                 20250904, 20260616, 20260825};
constexpr int32_t kAEMourning[] = {20220514, 20220515, 20220516};
constexpr HolidayDays kAEDays[] = {
    {"Eid al-Fitr Holiday", kAEEid}, {"Islamic New Year", kAENewYear},
    {"Isra' and Mi'raj", kAEMiraj},  {"Prophet's Birthday", kAEMawlid},
    {"", kAEAbsent, true},           {"Death of Sheikh Khalifa bin Zayed Al Nahyan", kAEMourning}};

constexpr HolidayRule kAT[] = {
    kNewYear,       kEpiphany,   kEasterMonday,
    kLabor,         kAscension,  kPentecostMonday,
    kCorpusChristi, kAssumption, fixed("National Day", 10, 26),
    kAllSaints,     kImmaculate, kChristmas,
    kStephen,
};

constexpr HolidayRule kAU[] = {
    kNewYear,      fixed("Australia Day", 1, 26), kGoodFriday,
    kEasterMonday, fixed("ANZAC Day", 4, 25),     kChristmas,
    kBoxing,
};
constexpr int32_t kAUMourning[] = {20220922};
constexpr HolidayDays kAUDays[] = {
    {"National Day of Mourning for Queen Elizabeth II", kAUMourning}};

constexpr HolidayRule kBE[] = {
    kNewYear,
    kEasterSunday,
    kEasterMonday,
    kLabor,
    kAscension,
    kPentecost,
    kPentecostMonday,
    fixed("National Day", 7, 21),
    kAssumption,
    kAllSaints,
    fixed("Armistice Day", 11, 11),
    kChristmas,
};

constexpr HolidayRule kBR[] = {
    fixed("Universal Fraternization Day", 1, 1),
    kGoodFriday,
    fixed("Tiradentes' Day", 4, 21),
    fixed("Worker's Day", 5, 1),
    fixed("Independence Day", 9, 7),
    fixed("Our Lady of Aparecida", 10, 12),
    fixed("All Souls' Day", 11, 2),
    fixed("Republic Proclamation Day", 11, 15),
    fixed("National Day of Zumbi and Black Awareness", 11, 20).from(2024),
    kChristmas,
};

constexpr HolidayRule kCA[] = {
    kNewYear.with(kWeekend),   kGoodFriday,
    fixed("Canada Day", 7, 1), weekday("Labor Day", 9, 1, kMonday),
    kChristmas.with(kWeekend),
};

constexpr HolidayRule kCH[] = {kNewYear, kAscension, fixed("National Day", 8, 1), kChristmas};

constexpr HolidayRule kCN[] = {
    kNewYear.with(kWeekend),
    chinese("Chinese New Year's Eve", 1, 1, -1).with(kWeekend).to(2013),
    chinese("Chinese New Year's Eve", 1, 1, -1).with(kWeekend).from(2025),
    chinese("Chinese New Year (Spring Festival)", 1, 1).with(kWeekend),
    chinese("Chinese New Year (Spring Festival)", 1, 2).with(kWeekend),
    chinese("Chinese New Year (Spring Festival)", 1, 3).with(kWeekend).from(2014),
    solar("Tomb-Sweeping Day", 15, 8).with(kWeekend),
    kLabor.with(kWeekend),
    fixed("Labor Day", 5, 2).with(kWeekend).from(2025),
    chinese("Dragon Boat Festival", 5, 5).with(kWeekend),
    chinese("Mid-Autumn Festival", 8, 15).with(kWeekend),
    fixed("National Day", 10, 1).with(kWeekend),
    fixed("National Day", 10, 2).with(kWeekend),
    fixed("National Day", 10, 3).with(kWeekend),
};
/// Working days exchanged for weekend days by the yearly notices of the State Council.
constexpr int32_t kChinaMoved[] = {
    20100218, 20100219, 20100614, 20100615, 20100923, 20100924, 20101006, 20101007, 20110207,
    20110208, 20110404, 20111006, 20111007, 20120103, 20120126, 20120127, 20120402, 20120403,
    20120430, 20121005, 20130102, 20130103, 20130214, 20130215, 20130405, 20130429, 20130430,
    20130610, 20130611, 20130920, 20131004, 20131007, 20140205, 20140206, 20140502, 20141006,
    20141007, 20150102, 20150218, 20150224, 20150904, 20151007, 20160211, 20160212, 20160610,
    20160916, 20161006, 20161007, 20170127, 20170202, 20170403, 20170529, 20171006, 20180215,
    20180221, 20180406, 20180430, 20181004, 20181005, 20181231, 20190204, 20190208, 20190502,
    20190503, 20191004, 20191007, 20200124, 20200504, 20200505, 20200626, 20201007, 20201008,
    20210211, 20210217, 20210504, 20210505, 20210920, 20211006, 20211007, 20220131, 20220204,
    20220404, 20220503, 20220504, 20221006, 20221007, 20230126, 20230127, 20230502, 20230503,
    20230623, 20231005, 20231006, 20240215, 20240216, 20240405, 20240502, 20240503, 20240916,
    20241004, 20241007, 20250203, 20250204, 20250505, 20251007, 20251008, 20260102, 20260220,
    20260223, 20260505, 20261006, 20261007,
};

constexpr int32_t kCNVictory[] = {20150903};
constexpr int32_t kCNSpring[] = {20200130};
constexpr int32_t kCNMidAutumn[] = {20151006, 20201006};
constexpr int32_t kCNEpidemic[] = {20200131, 20200201, 20200202};
constexpr int32_t kCNDragonBoat[] = {20120622};
// In 2012 the substitute was the day before; in 2015 there was none.
constexpr int32_t kCNAbsent[] = {20120625, 20150928};
constexpr HolidayDays kCNDays[] = {
    {"Day off (moved)", kChinaMoved},
    {"70th Anniversary of the Victory in the War of Resistance", kCNVictory},
    {"Chinese New Year (Spring Festival) (observed)", kCNSpring},
    {"Mid-Autumn Festival (observed)", kCNMidAutumn},
    {"Chinese New Year Extended Holiday", kCNEpidemic},
    {"Dragon Boat Festival (observed)", kCNDragonBoat},
    {"", kCNAbsent, true},
};

constexpr HolidayRule kCZ[] = {
    fixed("Independent Czech State Restoration Day; New Year's Day", 1, 1),
    kGoodFriday.from(2016),
    kEasterMonday,
    kLabor,
    fixed("Victory Day", 5, 8),
    fixed("Saints Cyril and Methodius Day", 7, 5),
    fixed("Jan Hus Day", 7, 6),
    fixed("Statehood Day", 9, 28),
    fixed("Independent Czechoslovak State Day", 10, 28),
    fixed("Struggle for Freedom and Democracy Day", 11, 17),
    fixed("Christmas Eve", 12, 24),
    kChristmas,
    kChristmasTwo,
};

constexpr HolidayRule kDE[] = {
    kNewYear,
    kGoodFriday,
    kEasterMonday,
    kLabor,
    kAscension,
    kPentecostMonday,
    fixed("German Unity Day", 10, 3),
    fixed("Reformation Day", 10, 31).only(2017),
    kChristmas,
    kChristmasTwo,
};

constexpr HolidayRule kDK[] = {
    kNewYear,      kMaundyThursday, kGoodFriday,
    kEasterSunday, kEasterMonday,   easter("Great Prayer Day", 26).to(2023),
    kAscension,    kPentecost,      kPentecostMonday,
    kChristmas,    kChristmasTwo,
};

constexpr HolidayRule kES[] = {
    kNewYear.with(kSkipSunday),
    kEpiphany.with(kSkipSunday),
    kGoodFriday,
    kLabor.with(kSkipSunday),
    kAssumption.with(kSkipSunday),
    fixed("National Day", 10, 12).with(kSkipSunday),
    kAllSaints.with(kSkipSunday),
    fixed("Constitution Day", 12, 6).with(kSkipSunday),
    kImmaculate.with(kSkipSunday),
    kChristmas.with(kSkipSunday),
};

constexpr HolidayRule kFI[] = {
    kNewYear,
    kEpiphany,
    kGoodFriday,
    kEasterSunday,
    kEasterMonday,
    fixed("May Day", 5, 1),
    kAscension,
    kPentecost,
    weekday("Midsummer Eve", 6, 19, kFriday),
    weekday("Midsummer Day", 6, 20, kSaturday),
    weekday("All Saints' Day", 10, 31, kSaturday),
    fixed("Independence Day", 12, 6),
    fixed("Christmas Eve", 12, 24),
    kChristmas,
    kChristmasTwo,
};

constexpr HolidayRule kFR[] = {
    kNewYear,
    kEasterMonday,
    kLabor,
    fixed("Victory Day", 5, 8),
    kAscension,
    kPentecostMonday,
    fixed("National Day", 7, 14),
    kAssumption,
    kAllSaints,
    fixed("Armistice Day", 11, 11),
    kChristmas,
};

constexpr HolidayRule kGB[] = {
    kNewYear.with(kWeekend),
    kGoodFriday,
    weekday("May Day", 5, 1, kMonday).to(2019),
    fixed("May Day", 5, 8).only(2020),
    weekday("May Day", 5, 1, kMonday).from(2021),
    weekday("Spring Bank Holiday", 5, 25, kMonday).to(2011),
    fixed("Spring Bank Holiday", 6, 4).only(2012),
    weekday("Spring Bank Holiday", 5, 25, kMonday).from(2013).to(2021),
    fixed("Spring Bank Holiday", 6, 2).only(2022),
    weekday("Spring Bank Holiday", 5, 25, kMonday).from(2023),
    kChristmas.with(kWeekend),
    kBoxing.with(kWeekend),
    fixed("Wedding of William and Catherine", 4, 29).only(2011),
    fixed("Diamond Jubilee of Elizabeth II", 6, 5).only(2012),
    fixed("Platinum Jubilee of Elizabeth II", 6, 3).only(2022),
    fixed("State Funeral of Queen Elizabeth II", 9, 19).only(2022),
    fixed("Coronation of Charles III", 5, 8).only(2023),
};

constexpr HolidayRule kGR[] = {
    kNewYear,
    kEpiphany,
    orthodox("Green Monday", -48),
    fixed("Independence Day", 3, 25),
    orthodox("Good Friday", -2),
    orthodox("Easter Monday", 1),
    kLabor,
    orthodox("Pentecost Monday", 50),
    fixed("Dormition of the Mother of God", 8, 15),
    fixed("Ohi Day", 10, 28),
    kChristmas,
    fixed("Glorifying Mother of God", 12, 26),
};
// Moved out of the Easter week, or from a weekend, by decree.
constexpr int32_t kGRMoved[] = {20210504, 20220502, 20240507, 20270504, 20320504, 20330502};
constexpr int32_t kGRAbsent[] = {20240501};
constexpr HolidayDays kGRDays[] = {{"Labor Day (observed)", kGRMoved}, {"", kGRAbsent, true}};

constexpr HolidayRule kIE[] = {
    kNewYear,
    weekday("Saint Brigid's Day", 2, 1, kMonday).from(2023).to(2029),
    fixed("Saint Brigid's Day", 2, 1).only(2030),  // the first of February, if a Friday
    weekday("Saint Brigid's Day", 2, 1, kMonday).from(2031),
    fixed("Saint Patrick's Day", 3, 17),
    kEasterMonday,
    weekday("May Bank Holiday", 5, 1, kMonday),
    weekday("June Bank Holiday", 6, 1, kMonday),
    weekday("August Bank Holiday", 8, 1, kMonday),
    weekday("October Bank Holiday", 10, 25, kMonday),
    kChristmas,
    kStephen,
    fixed("National Day of Mourning", 9, 14).only(2011),
    fixed("Day of Remembrance and Recognition", 3, 18).only(2022),
};

constexpr HolidayRule kIT[] = {
    kNewYear,
    kEpiphany,
    fixed("Anniversary of the Unification of Italy", 3, 17).only(2011),
    kEasterSunday,
    kEasterMonday,
    fixed("Liberation Day", 4, 25),
    kLabor,
    fixed("Republic Day", 6, 2),
    kAssumption,
    fixed("Saint Francis of Assisi", 10, 4).from(2026),
    kAllSaints,
    weekday("National Unity Day", 11, 1, kSunday),
    kImmaculate,
    kChristmas,
    kStephen,
};

constexpr HolidayRule kJP[] = {
    kNewYear.with(kSundayOnly),
    weekday("Coming of Age Day", 1, 8, kMonday),
    fixed("Foundation Day", 2, 11).with(kSundayOnly),
    fixed("Emperor's Birthday", 2, 23).with(kSundayOnly).from(2020),
    solar("Vernal Equinox Day", 0, 9).with(kSundayOnly),
    fixed("Showa Day", 4, 29).with(kSundayOnly),
    fixed("Emperor's Enthronement Day", 5, 1).only(2019),
    fixed("Constitution Day", 5, 3).with(kSundayOnly),
    fixed("Greenery Day", 5, 4).with(kSundayOnly),
    fixed("Children's Day", 5, 5).with(kSundayOnly),
    weekday("Marine Day", 7, 15, kMonday).to(2019),
    fixed("Marine Day", 7, 23).only(2020),
    fixed("Marine Day", 7, 22).only(2021),
    weekday("Marine Day", 7, 15, kMonday).from(2022),
    fixed("Mountain Day", 8, 11).with(kSundayOnly).from(2016).to(2019),
    fixed("Mountain Day", 8, 10).only(2020),
    fixed("Mountain Day", 8, 8).with(kSundayOnly).only(2021),
    fixed("Mountain Day", 8, 11).with(kSundayOnly).from(2022),
    weekday("Respect for the Aged Day", 9, 15, kMonday),
    solar("Autumnal Equinox Day", 180, 9).with(kSundayOnly),
    weekday("Physical Education Day", 10, 8, kMonday).to(2019),
    fixed("Sports Day", 7, 24).only(2020),
    fixed("Sports Day", 7, 23).only(2021),
    weekday("Sports Day", 10, 8, kMonday).from(2022),
    fixed("Emperor's Enthronement Ceremony", 10, 22).only(2019),
    fixed("Culture Day", 11, 3).with(kSundayOnly),
    fixed("Labor Thanksgiving Day", 11, 23).with(kSundayOnly),
    fixed("Emperor's Birthday", 12, 23).with(kSundayOnly).to(2018),
};

constexpr HolidayRule kKR[] = {
    kNewYear,
    korean("The day preceding Korean New Year", 1, 1, -1),
    korean("Korean New Year", 1, 1),
    korean("The second day of Korean New Year", 1, 2),
    fixed("Independence Movement Day", 3, 1).with(kWeekend, 2022),
    korean("Buddha's Birthday", 4, 8).with(kWeekend, 2023),
    kLabor.with(kWeekend).from(2026),
    fixed("Children's Day", 5, 5).with(kWeekend, 2015),
    fixed("Memorial Day", 6, 6),
    fixed("Constitution Day", 7, 17).with(kWeekend).from(2026),
    fixed("Liberation Day", 8, 15).with(kWeekend, 2021),
    fixed("National Foundation Day", 10, 3).with(kWeekend, 2021),
    fixed("Hangul Day", 10, 9).with(kWeekend, 2021).from(2013),
    korean("The day preceding Chuseok", 8, 15, -1),
    korean("Chuseok", 8, 15),
    korean("The second day of Chuseok", 8, 16),
    kChristmas.with(kWeekend, 2023),
};
constexpr int32_t kKRElections[] = {20100602, 20120411, 20121219, 20140604, 20160413,
                                    20170509, 20180613, 20200415, 20220309, 20220601,
                                    20240410, 20250603, 20260603, 20280412, 20300327,
                                    20300612, 20320414, 20340531, 20350328};
constexpr int32_t kKRTemporary[] = {20150814, 20160506, 20171002, 20200817,
                                    20231002, 20241001, 20250127};
constexpr HolidayDays kKRDays[] = {{"Election Day", kKRElections},
                                   {"Temporary Public Holiday", kKRTemporary}};

constexpr HolidayRule kMX[] = {
    kNewYear,
    weekday("Constitution Day", 2, 1, kMonday),
    weekday("Benito Juarez's birthday", 3, 15, kMonday),
    kLabor,
    fixed("Independence Day", 9, 16),
    weekday("Revolution Day", 11, 15, kMonday),
    kChristmas,
};
constexpr int32_t kMXChange[] = {20121201, 20181201, 20241001, 20301001};
constexpr HolidayDays kMXDays[] = {{"Change of Federal Government", kMXChange}};

constexpr HolidayRule kNL[] = {
    kNewYear,
    kGoodFriday,
    kEasterSunday,
    kEasterMonday,
    fixed("Queen's Day", 4, 30).with(kSundayBefore).to(2013),
    fixed("King's Day", 4, 27).with(kSundayBefore).from(2014),
    kAscension,
    kPentecost,
    kPentecostMonday,
    kChristmas,
    kChristmasTwo,
};
constexpr int32_t kNLLiberation[] = {20100505, 20150505, 20200505, 20250505, 20300505, 20350505};
constexpr HolidayDays kNLDays[] = {{"Liberation Day", kNLLiberation}};

constexpr HolidayRule kNO[] = {
    kNewYear,      kMaundyThursday,  kGoodFriday, kEasterSunday,
    kEasterMonday, kLabor,           kAscension,  fixed("Constitution Day", 5, 17),
    kPentecost,    kPentecostMonday, kChristmas,  kChristmasTwo,
};

constexpr HolidayRule kNZ[] = {
    kNewYear.with(kWeekend),
    fixed("Day after New Year's Day", 1, 2).with(kWeekend),
    fixed("Waitangi Day", 2, 6).with(kWeekend, 2014),
    kGoodFriday,
    kEasterMonday,
    fixed("Anzac Day", 4, 25).with(kWeekend, 2014),
    weekday("Queen's Birthday", 6, 1, kMonday).to(2022),
    weekday("King's Birthday", 6, 1, kMonday).from(2023),
    fixed("Queen Elizabeth II Memorial Day", 9, 26).only(2022),
    weekday("Labour Day", 10, 22, kMonday),
    kChristmas.with(kWeekend),
    kBoxing.with(kWeekend),
};
// Te Kahui o Matariki Public Holiday Act 2022, schedule 1.
constexpr int32_t kNZMatariki[] = {20220624, 20230714, 20240628, 20250620, 20260710,
                                   20270625, 20280714, 20290706, 20300621, 20310711,
                                   20320702, 20330624, 20340707, 20350629};
constexpr HolidayDays kNZDays[] = {{"Matariki", kNZMatariki}};

constexpr HolidayRule kPL[] = {
    kNewYear,
    kEpiphany.from(2011),
    kEasterSunday,
    kEasterMonday,
    fixed("National Day", 5, 1),
    fixed("National Day of the Third of May", 5, 3),
    kPentecost,
    kCorpusChristi,
    kAssumption,
    kAllSaints,
    fixed("National Independence Day", 11, 11),
    fixed("National Independence Day - 100th anniversary", 11, 12).only(2018),
    fixed("Christmas Eve", 12, 24).from(2025),
    kChristmas,
    kChristmasTwo,
};

constexpr HolidayRule kPT[] = {
    kNewYear,
    kGoodFriday,
    kEasterSunday,
    fixed("Freedom Day", 4, 25),
    kLabor,
    // Four holidays were suspended from 2013 to 2015.
    kCorpusChristi.to(2012),
    kCorpusChristi.from(2016),
    fixed("Day of Portugal", 6, 10),
    kAssumption,
    fixed("Republic Day", 10, 5).to(2012),
    fixed("Republic Day", 10, 5).from(2016),
    kAllSaints.to(2012),
    kAllSaints.from(2016),
    fixed("Restoration of Independence Day", 12, 1).to(2012),
    fixed("Restoration of Independence Day", 12, 1).from(2016),
    kImmaculate,
    kChristmas,
};

constexpr HolidayRule kRO[] = {
    kNewYear,
    fixed("New Year's Day", 1, 2),
    kEpiphany.from(2024),
    fixed("Saint John the Baptist", 1, 7).from(2024),
    fixed("Unification of the Romanian Principalities Day", 1, 24).from(2017),
    orthodox("Good Friday", -2).from(2018),
    orthodox("Easter", 0),
    orthodox("Easter", 1),
    kLabor,
    orthodox("Pentecost", 49),
    orthodox("Pentecost", 50),
    fixed("Children's Day", 6, 1).from(2017),
    fixed("Dormition of the Mother of God", 8, 15),
    fixed("Saint Andrew's Day", 11, 30).from(2012),
    fixed("National Day", 12, 1),
    kChristmas,
    fixed("Christmas Day", 12, 26),
};

constexpr HolidayRule kRU[] = {
    fixed("New Year Holidays", 1, 1).with(kWeekend).to(2012),
    fixed("New Year Holidays", 1, 2).with(kWeekend).to(2012),
    fixed("New Year Holidays", 1, 3).with(kWeekend).to(2012),
    fixed("New Year Holidays", 1, 4).with(kWeekend).to(2012),
    fixed("New Year Holidays", 1, 5).with(kWeekend).to(2012),
    fixed("Christmas Day", 1, 7).with(kWeekend).to(2012),
    fixed("New Year Holidays", 1, 1).from(2013),
    fixed("New Year Holidays", 1, 2).from(2013),
    fixed("New Year Holidays", 1, 3).from(2013),
    fixed("New Year Holidays", 1, 4).from(2013),
    fixed("New Year Holidays", 1, 5).from(2013),
    fixed("New Year Holidays", 1, 6).from(2013),
    fixed("Christmas Day", 1, 7).from(2013),
    fixed("New Year Holidays", 1, 8).from(2013),
    fixed("Defender of the Fatherland Day", 2, 23),
    fixed("International Women's Day", 3, 8),
    fixed("Holiday of Spring and Labor", 5, 1),
    fixed("Victory Day", 5, 9),
    fixed("Russia Day", 6, 12),
    fixed("Unity Day", 11, 4),
};
/// Days off for holidays and weekend days that the yearly government decrees move, 2010-2027.
constexpr int32_t kRussiaMoved[] = {
    20100222, 20100503, 20100510, 20100614, 20101105, 20110307, 20110502, 20110613, 20120309,
    20120430, 20120507, 20120508, 20120611, 20121105, 20121231, 20130502, 20130503, 20130510,
    20140502, 20140613, 20141103, 20150109, 20150309, 20150504, 20150511, 20160222, 20160307,
    20160502, 20160503, 20160613, 20170224, 20170508, 20171106, 20180309, 20180430, 20180502,
    20180611, 20181105, 20181231, 20190502, 20190503, 20190510, 20200224, 20200309, 20200504,
    20200505, 20200511, 20210222, 20210503, 20210510, 20210614, 20211105, 20211231, 20220307,
    20220502, 20220503, 20220510, 20220613, 20230224, 20230508, 20231106, 20240429, 20240430,
    20240510, 20241230, 20241231, 20250502, 20250508, 20250613, 20251103, 20251231, 20260109,
    20260309, 20260511, 20261231, 20270222, 20270503, 20270510, 20270614, 20271105, 20271231,
};
constexpr HolidayDays kRUDays[] = {{"Day off (moved)", kRussiaMoved}};

constexpr HolidayRule kSA[] = {
    // Four days after the 29th of Ramadan, whether that month has 29 or 30.
    islamic("Eid al-Fitr Holiday", 9, 29, 1),
    islamic("Eid al-Fitr Holiday", 9, 29, 2),
    islamic("Eid al-Fitr Holiday", 9, 29, 3),
    islamic("Eid al-Fitr Holiday", 9, 29, 4),
    islamic("Day of Arafah", 12, 9),
    islamic("Eid al-Adha Holiday", 12, 10),
    islamic("Eid al-Adha Holiday", 12, 11),
    islamic("Eid al-Adha Holiday", 12, 12),
    fixed("Founding Day Holiday", 2, 22).with(kNearest).from(2022),
    fixed("National Day Holiday", 9, 23).with(kNearest),
    fixed("King Abdullah's Return from Medical Treatment Abroad", 2, 26).only(2011),
    fixed("Day of Mourning for King Abdullah", 1, 25).only(2015),
    fixed("Holiday for the National Team's Victory in the World Cup", 11, 23).only(2022),
};

// In 2015 the new moon of the pilgrimage was seen a day after the calendar's.
constexpr int32_t kSAEid[] = {20150926};
constexpr int32_t kSAEidObserved[] = {20150928};
constexpr int32_t kSAAbsent[] = {20150922};
constexpr HolidayDays kSADays[] = {{"Eid al-Adha Holiday", kSAEid},
                                   {"Eid al-Adha Holiday (observed)", kSAEidObserved},
                                   {"", kSAAbsent, true}};

constexpr HolidayRule kSE[] = {
    kNewYear,
    kEpiphany,
    kGoodFriday,
    kEasterSunday,
    kEasterMonday,
    fixed("May Day", 5, 1),
    kAscension,
    kPentecost,
    fixed("National Day", 6, 6),
    weekday("Midsummer Day", 6, 20, kSaturday),
    weekday("All Saints' Day", 10, 31, kSaturday),
    kChristmas,
    kChristmasTwo,
};

constexpr HolidayRule kTR[] = {
    kNewYear,
    fixed("National Sovereignty and Children's Day", 4, 23),
    fixed("Labor and Solidarity Day", 5, 1),
    fixed("Commemoration of Ataturk, Youth and Sports Day", 5, 19),
    fixed("Democracy and National Unity Day", 7, 15).from(2017),
    fixed("Victory Day", 8, 30),
    fixed("Republic Day", 10, 29),
    islamic("Eid al-Fitr", 10, 1),
    islamic("Eid al-Fitr", 10, 2),
    islamic("Eid al-Fitr", 10, 3),
    islamic("Eid al-Adha", 12, 10),
    islamic("Eid al-Adha", 12, 11),
    islamic("Eid al-Adha", 12, 12),
    islamic("Eid al-Adha", 12, 13),
};

// Diyanet, the Turkish authority, computes its own moon; these years differ from Umm al-Qura.
constexpr int32_t kTRFitr[] = {20100909, 20160705};
constexpr int32_t kTRAdha[] = {20121025, 20150927, 20160915};
constexpr int32_t kTRAbsent[] = {20100912, 20150923, 20160708, 20160911};
constexpr HolidayDays kTRDays[] = {
    {"Eid al-Fitr", kTRFitr}, {"Eid al-Adha", kTRAdha}, {"", kTRAbsent, true}};

constexpr HolidayRule kUS[] = {
    kNewYear.with(kNearest),
    weekday("Martin Luther King Jr. Day", 1, 15, kMonday),
    weekday("Washington's Birthday", 2, 15, kMonday),
    weekday("Memorial Day", 5, 25, kMonday),
    fixed("Juneteenth National Independence Day", 6, 19).with(kNearest).from(2021),
    fixed("Independence Day", 7, 4).with(kNearest),
    weekday("Labor Day", 9, 1, kMonday),
    weekday("Columbus Day", 10, 8, kMonday),
    fixed("Veterans Day", 11, 11).with(kNearest),
    weekday("Thanksgiving Day", 11, 22, kThursday),
    kChristmas.with(kNearest),
};

constexpr HolidayRule kZA[] = {
    kNewYear.with(kSundayOnly),
    fixed("Human Rights Day", 3, 21).with(kSundayOnly),
    kGoodFriday,
    easter("Family Day", 1),
    fixed("Freedom Day", 4, 27).with(kSundayOnly),
    fixed("Workers' Day", 5, 1).with(kSundayOnly),
    fixed("Youth Day", 6, 16).with(kSundayOnly),
    fixed("National Women's Day", 8, 9).with(kSundayOnly),
    fixed("Heritage Day", 9, 24).with(kSundayOnly),
    fixed("Day of Reconciliation", 12, 16).with(kSundayOnly),
    kChristmas,
    fixed("Day of Goodwill", 12, 26).with(kSundayOnly),
};
constexpr int32_t kZAElections[] = {20110518, 20140507, 20160803, 20190508,
                                    20211101, 20240529, 20261104};
constexpr int32_t kZADecrees[] = {20111227, 20161227, 20221227, 20231215};
constexpr HolidayDays kZADays[] = {{"Election Day", kZAElections},
                                   {"Public Holiday by Presidential Decree", kZADecrees}};

constexpr HolidayCountry kCountries[] = {
    {"AE", kAE, kAEDays},
    {"AT", kAT, {}},
    {"AU", kAU, kAUDays},
    {"BE", kBE, {}},
    {"BR", kBR, {}},
    {"CA", kCA, {}},
    {"CH", kCH, {}},
    {"CN", kCN, kCNDays},
    {"CZ", kCZ, {}},
    {"DE", kDE, {}},
    {"DK", kDK, {}},
    {"ES", kES, {}},
    {"FI", kFI, {}},
    {"FR", kFR, {}},
    {"GB", kGB, {}},
    {"GR", kGR, kGRDays},
    {"IE", kIE, {}},
    {"IT", kIT, {}},
    {"JP", kJP, {}, WeekendLaw::kSandwich},
    {"KR", kKR, kKRDays, WeekendLaw::kOverlap},
    {"MX", kMX, kMXDays},
    {"NL", kNL, kNLDays},
    {"NO", kNO, {}},
    {"NZ", kNZ, kNZDays},
    {"PL", kPL, {}},
    {"PT", kPT, {}},
    {"RO", kRO, {}},
    {"RU", kRU, kRUDays},
    {"SA", kSA, kSADays, WeekendLaw::kSaudi},
    {"SE", kSE, {}},
    {"TR", kTR, kTRDays},
    {"US", kUS, {}},
    {"ZA", kZA, kZADays},
};

}  // namespace

std::span<const HolidayCountry> holiday_rules() {
  return kCountries;
}

}  // namespace restock
