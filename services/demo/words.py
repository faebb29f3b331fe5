"""Words for made-up contacts, by culture: names in many scripts, real places. A table, nothing else.

Domains lie under example.com, .net and .org (RFC 2606) and telephone numbers in ranges kept free for fiction.
"""

from typing import NamedTuple


class Culture(NamedTuple):
    """Names and places that go together. Cities stand with their postal code, `first` and `last` are blank-separated."""

    first: str
    last: str
    streets: tuple[str, ...]
    cities: tuple[tuple[str, str], ...]
    country: str
    domain: str = "example.com"
    writes_own_script: bool = False
    """True where half of the e-mail addresses are in the script of the names."""


CULTURES = (
    Culture(
        "Amelia Oliver Isla Noah Grace Theo Niamh Rhys",
        "Hughes O'Brien Smith-Jones Clarke MacLeod Okafor Patel",
        ("12 High Street, Flat 3", "7 Station Road", "The Old Forge, Mill Lane"),
        (("Leeds", "LS1 4AP"), ("Cardiff", "CF10 1EP"), ("London", "SE1 9GF")),
        "United Kingdom",
    ),
    Culture(
        "Ethan Sophia Mateo Harper Luca Zoe DeShawn Camila",
        "Johnson Nguyen Garcia Washington Kim Rodriguez",
        ("1600 Main Street, Suite 400", "48 Elm Avenue", "PO Box 1123"),
        (("Austin", "78701"), ("Boston", "02108"), ("Portland", "97204")),
        "United States",
        "example.net",
    ),
    Culture(
        "Jürgen Käthe Björn Änne Moritz Annegret Søren",
        "Müller Groß Schäfer Weiß Öztürk Lüdenscheidt",
        ("Hauptstraße 12", "Am Weißen Stein 3a", "Königsallee 40\nHinterhaus"),
        (("Köln", "50667"), ("München", "80331"), ("Gießen", "35390")),
        "Deutschland",
        "bücher.example.org",
        True,
    ),
    Culture(
        "Zoé François Hélène Loïc Noëlle Jérôme",
        "Lefèvre D'Arc Bélanger Dubois Cœur",
        ("3, rue de l'Église", "18 bis, avenue Foch", "Place d'Armes"),
        (("Orléans", "45000"), ("Besançon", "25000"), ("Saint-Étienne", "42000")),
        "France",
        "example.org",
    ),
    Culture(
        "Łukasz Małgorzata Zbigniew Świętosława Grażyna",
        "Wiśniewski Żółkiewska Dąbrowski Śliwa",
        ("ul. Długa 4/12", "al. Jerozolimskie 99"),
        (("Łódź", "90-001"), ("Gdańsk", "80-831")),
        "Polska",
        "example.com",
        True,
    ),
    Culture(
        "João Conceição Iñaki Begoña Inês Ramón",
        "Nuñez Gonçalves Muñoz Guimarães Peña",
        ("Calle Mayor, 8, 2.º B", "Rua da Alegria, 101"),
        (("A Coruña", "15001"), ("São Paulo", "01310-100"), ("Logroño", "26001")),
        "España",
        "example.net",
    ),
    Culture(
        "Þóra Guðmundur Ásta Björk Ægir",
        "Jónsdóttir Þorsteinsson Guðjónsson",
        ("Laugavegur 22", "Suðurgata 5"),
        (("Reykjavík", "101"), ("Ísafjörður", "400")),
        "Ísland",
    ),
    Culture(
        "Nguyễn Trần Thị Đặng Phạm",
        "Hương Tuấn Ngọc Dũng Quỳnh",
        ("12 Phố Huế", "45 Đường Lê Lợi"),
        (("Hà Nội", "100000"), ("Đà Nẵng", "550000")),
        "Việt Nam",
    ),
    Culture(
        "Юлия Дмитрий Наталья Олексій Світлана",
        "Іваненко Петрова Ковальчук Щербакова",
        ("вул. Хрещатик, 22", "ул. Ленина, д. 5, кв. 17"),
        (("Київ", "01001"), ("Алматы", "050000")),
        "Україна",
        "почта.example.org",
        True,
    ),
    Culture(
        "Ελένη Νίκος Αθηνά Θεόδωρος",
        "Παπαδόπουλος Γεωργίου Νικολαΐδης",
        ("Οδός Ερμού 14", "Λεωφ. Συγγρού 120"),
        (("Αθήνα", "105 63"), ("Ηράκλειο", "712 01")),
        "Ελλάδα",
        "παράδειγμα.example.net",
        True,
    ),
    Culture(
        "فاطمة محمد ليلى يوسف",
        "الحسيني العربي بن-خلدون",
        ("شارع التحرير 15", "حي الزهور، مبنى 4"),
        (("القاهرة", "11511"), ("عمّان", "11118")),
        "مصر",
    ),
    Culture(
        "שרה דוד נועה איתן",
        "כהן לוי בן-דוד",
        ("רחוב הרצל 7", "שדרות רוטשילד 22"),
        (("תל אביב", "6688102"), ("חיפה", "3303132")),
        "ישראל",
    ),
    Culture(
        "अनन्या राजेश प्रिया विक्रम",
        "शर्मा गुप्ता पाटिल",
        ("१२, महात्मा गांधी मार्ग", "सेक्टर 21, मकान 5"),
        (("दिल्ली", "110001"), ("पुणे", "411001")),
        "भारत",
    ),
    Culture(
        "伟 秀英 建国 晓明",
        "王 李 欧阳 司马",
        ("中山路88号", "人民大道1号,3楼"),
        (("上海", "200001"), ("成都", "610000")),
        "中国",
        "例子.example.com",
        True,
    ),
    Culture(
        "太郎 花子 さくら タケシ",
        "佐藤 髙橋 渡邉",
        ("丸の内1丁目9-1", "本町2-3-4"),
        (("東京", "100-0005"), ("札幌", "060-0001")),
        "日本",
        "例え.example.org",
        True,
    ),
    Culture(
        "지우 민준 서연 하은",
        "김 박 남궁",
        ("세종대로 110", "해운대로 570"),
        (("서울", "04524"), ("부산", "48094")),
        "대한민국",
        "example.net",
        True,
    ),
    Culture(
        "นภา สมชาย ปรียา",
        "ใจดี ศรีสุข",
        ("99 ถนนสุขุมวิท", "5/1 ซอยอารีย์"),
        (("กรุงเทพฯ", "10110"),),
        "ประเทศไทย",
    ),
    Culture(
        "ნინო გიორგი თამარ",
        "ბერიძე კაპანაძე",
        ("რუსთაველის გამზ. 8", "აღმაშენებლის 12"),
        (("თბილისი", "0108"),),
        "საქართველო",
    ),
    Culture(
        "Անահիտ Արամ Լուսինե",
        "Սարգսյան Հակոբյան",
        ("Աբովյան 10",),
        (("Երևան", "0001"),),
        "Հայաստան",
    ),
    Culture(
        "ሰላም ተስፋዬ ሃና",
        "ገብረመድህን አለሙ",
        ("ቦሌ መንገድ 3",),
        (("አዲስ አበባ", "1000"),),
        "ኢትዮጵያ",
    ),
)

COMPANIES = (
    "Acme, Inc.",
    "Brown, Green & Sons",
    'The "Little" Bakery',
    "Nordlicht GmbH & Co. KG",
    "Café Zürich",
    "株式会社さくら",
    "ООО «Ромашка»",
    "Übermorgen AG, Zweigstelle Wien",
    "Light & Sound",
)
JOBS = ("Head of Sales", "Buyer, textiles", "Engineer", "Owner", "Nurse", "Teacher", "CEO & founder")
COLOURS = ("teal", "crimson", "grün", "azul", "桜色", "off-white, matt", "🟣 purple")
TAGS = ("newsletter", "customer", "vip", "trade fair", "wholesale", "student")
NOTES = (
    "Met at the trade fair.\nWants the spring catalogue.",
    'Said: "call after five, never before".',
    "Moved house,\nnew address to follow;\ninvoice by post.",
    "Prefers phone 📞 over e-mail",
)
PHONES = ("+44 20 7946 0{}", "+1 (202) 555-01{}", "+49 30 23125 {}", "+33 1 99 00 {} 12", "+61 2 5550 {}1", "+353 20 912 {}7")
"""Patterns with room for two or three digits."""
