"""Thai names: romanised as members write them, some in Thai script."""

from crm.demo.names.style import NameStyle, compounds, words

THAI = NameStyle(
    women=words(
        """
        Siriporn Nattaya Kanya Malee Pimchanok Suda Ratana Wanida Arisa Chanida Benjawan
        Duangjai Jiraporn Kamonwan Lalita Manee Naree Orathai Pornthip Rungnapa Sasithorn
        Thanyarat Urai Varaporn Yupa Anchalee Busaba Chutima Daranee Kulap Ladda Mayuree
        Napaporn Panida Patcharin Pensri Sukanya Supaporn Tassanee Wilai Yaowalak Apinya
        Chanthra Nichapat Nutcha Phatcharaporn Rasa Saowanee Sirikit Thitima Wassana Achara
        """
    ),
    men=words(
        """
        Somchai Anan Prasert Wichai Kittisak Nattapong Thanakorn Surasak Chaiwat Pongsak
        Arthit Boonmee Chatchai Decha Ekkachai Gawin Itthipat Jirayu Krit Manop Narong Preecha
        Pakorn Phichit Rachan Sakda Somsak Somkid Suchart Tanawat Teerapat Udom Veera Wirat
        Worawut Yuthana Adisorn Apichart Chanchai Damrong Kriangkrai Natthawut Niran Nopparat
        Pichai Piyapong Saran Sittichai Thawatchai Vorapong
        """
    ),
    families=words(
        """
        Srisuk Saetang Jaidee Wongsawat Chaiyasit Suwannarat Boonmee Thongchai Phromma Saelim
        Rattanakul Charoensuk Intharasri Kaewmanee Panyasak Sukjai Thepsiri Wattana Chanthara
        Khamdee Maneerat Pholdee Saelee Singkham Yodrak
        """
    )
    + compounds(
        """
        Charoen Rattana Suwan Thong Wong Sri Phan Kiat Chai Siri Bun Inthara Kaew Chan Phrom
        Somb Thana Wirot Amorn Anek Chot Damrong Ekka Hiran Itsara Jira Kamon Lert Mongkon Niti
        Opat Pat Phirom Prasit Ruang Sawat Sombun Thara Udom Wichian
        """,
        """
        wong sakul rat phan kit chai suk sin sawat thong phon wat kul rak siri phong suwan mat
        phakdi tham nan charoen sai
        """,
    ),
    nicknames={
        "Siriporn": "Ploy",
        "Nattaya": "Nat",
        "Kanya": "Kay",
        "Pimchanok": "Pim",
        "Somchai": "Chai",
        "Kittisak": "Kit",
        "Nattapong": "Nat",
        "Thanakorn": "Tee",
        "Surasak": "Sak",
        "Chaiwat": "Bank",
        "Arisa": "Fern",
        "Jiraporn": "Jib",
        "Thanyarat": "Nam",
        "Gawin": "Win",
        "Teerapat": "Pat",
    },
    given_in_script=(
        ("สมชาย", "Somchai"),
        ("สมหญิง", "Somying"),
        ("ศิริพร", "Siriporn"),
        ("กันยา", "Kanya"),
        ("มาลี", "Malee"),
        ("ประเสริฐ", "Prasert"),
        ("วิชัย", "Wichai"),
        ("กิตติศักดิ์", "Kittisak"),
        ("ณัฐพงศ์", "Nattapong"),
        ("ธนากร", "Thanakorn"),
        ("สุรศักดิ์", "Surasak"),
        ("พิมพ์ชนก", "Pimchanok"),
        ("รัตนา", "Ratana"),
        ("วนิดา", "Wanida"),
        ("อารยา", "Araya"),
        ("ชัยวัฒน์", "Chaiwat"),
        ("อนันต์", "Anan"),
        ("สุดา", "Suda"),
        ("จิราพร", "Jiraporn"),
        ("ปรีชา", "Preecha"),
    ),
    families_in_script=(
        ("ใจดี", "Jaidee"),
        ("ศรีสุข", "Srisuk"),
        ("วงศ์สวัสดิ์", "Wongsawat"),
        ("สุวรรณรัตน์", "Suwannarat"),
        ("บุญมี", "Boonmee"),
        ("ทองชัย", "Thongchai"),
        ("เจริญสุข", "Charoensuk"),
        ("รัตนกุล", "Rattanakul"),
        ("แก้วมณี", "Kaewmanee"),
        ("แซ่ตั้ง", "Saetang"),
        ("พรหมมา", "Phromma"),
        ("สุขใจ", "Sukjai"),
        ("อินทรศรี", "Intharasri"),
        ("ไชยสิทธิ์", "Chaiyasit"),
        ("มณีรัตน์", "Maneerat"),
    ),
)
