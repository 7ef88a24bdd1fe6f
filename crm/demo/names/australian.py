"""Australian names: English and Irish, and those of later arrivals."""

from crm.demo.names.style import NameStyle, compounds, words

AUSTRALIAN = NameStyle(
    women=words(
        """
        Olivia Charlotte Amelia Sarah Emily Jessica Chloe Matilda Isla Grace Ruby Sophie Lucy
        Hannah Zoe Georgia Kate Rebecca Michelle Nicole Lauren Megan Bronwyn Siobhan Niamh
        Alice Evie Ella Harriet Imogen Jasmine Kirsty Leah Maddison Natalie Poppy Rachel Tahlia
        Vanessa Willow Linh Thuy Mei Xin Yuki Sofia Eleni Despina Giulia Leila Nour Priya Anika
        Renée Zoë Chiara Bridget Caitlin Tess Heidi Philippa Rosalind Margaret Judith Helen
        """
    ),
    men=words(
        """
        Jack Oliver William Noah Thomas James Liam Ethan Lachlan Cooper Hamish Angus Callum
        Michael David Andrew Matthew Daniel Christopher Peter Mark Paul Stephen Craig Brett
        Darren Shane Wayne Bruce Ian Alistair Declan Finn Hugo Isaac Jarrod Kane Luke Mitchell
        Nathan Patrick Riley Samuel Tristan Xavier Zachary Minh Duc Wei Jun Hiroshi Dimitri
        Kostas Marco Luca Omar Ali Raj Arjun Benjamin Toby Rowan Sebastian Édouard Jürgen
        """
    ),
    families=words(
        """
        Smith Jones Williams Brown Wilson Taylor Johnson White Martin Anderson Thompson Nguyen
        Thomas Walker Harris Lee Ryan Robinson Kelly King Campbell Davis Wright Evans Roberts
        Green Hall Wood Jackson Clarke Patel Khan Lewis James Phillips Scott Mitchell Tran
        Murphy O'Brien O'Connor McDonald MacKenzie Fitzgerald Kennedy Sullivan Byrne Doyle
        Papadopoulos Georgiou Nikolaidis Rossi Russo Bianchi Esposito Chen Wang Li Zhang Liu
        Pham Le Vo Dang Singh Kaur Haddad Khoury Nasser Kim Park Tanaka Sato Müller Schmidt
        Kowalski Novak Jovanović Petrovski van-der-Berg de-Silva Perera Fernando Bennett
        """
    )
    + compounds(
        """
        Ash Black Brad Burn Bux Carl Chat Clay Cran Dal Dun East Elm Fair Farn Glen Green Had
        Hart Hol Kings Lang Lin Mar Mel Nor Oak Pem Rad Red Rock Shel South Stan Thorn Wal
        West Whit Win Wood
        """,
        "ford ton ley field worth ham wood well bourne brook dale by croft gate hurst land more",
    ),
    nicknames={
        "Charlotte": "Charlie",
        "Rebecca": "Bec",
        "Michael": "Mick",
        "David": "Dave",
        "Andrew": "Drew",
        "Matthew": "Matt",
        "Daniel": "Danny",
        "Christopher": "Chris",
        "William": "Bill",
        "Thomas": "Tom",
        "James": "Jim",
        "Elizabeth": "Liz",
        "Samuel": "Sam",
        "Benjamin": "Ben",
        "Margaret": "Maggie",
        "Nicole": "Nikki",
        "Lachlan": "Lachie",
        "Jessica": "Jess",
        "Mitchell": "Mitch",
        "Stephen": "Steve",
        "Patrick": "Pat",
        "Georgia": "George",
    },
)
