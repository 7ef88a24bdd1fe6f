"""American names: English, Hispanic, Polish, Korean and other roots."""

from crm.demo.names.style import NameStyle, compounds, words

AMERICAN = NameStyle(
    women=words(
        """
        Jennifer Linda Patricia Mary Susan Karen Lisa Nancy Sandra Ashley Kimberly Donna Emily
        Michelle Amanda Melissa Deborah Stephanie Rebecca Laura Sharon Cynthia Amy Kathleen
        Angela Shirley Brenda Emma Anna Pamela Nicole Samantha Katherine Christine Debra Rachel
        Carolyn Janet Maria Carmen Guadalupe Rosa Lucía Ximena Alejandra Agnieszka Katarzyna
        Min-ji Soo-jin Aaliyah Imani Keisha Latoya Brooke Madison Hailey Savannah Abigail
        """
    ),
    men=words(
        """
        Michael James Robert John David William Richard Joseph Thomas Christopher Daniel
        Matthew Anthony Mark Steven Paul Andrew Joshua Kenneth Kevin Brian Timothy Ronald
        Jason Edward Jeffrey Ryan Jacob Gary Nicholas Eric Jonathan Stephen Larry Justin Scott
        Brandon Benjamin Samuel Gregory Frank Raymond Patrick Jack Dennis Jerry Tyler Aaron
        José Juan Carlos Luis Miguel Ángel Jesús Diego Tomasz Piotr Wojciech Darnell Terrence
        """
    ),
    families=words(
        """
        Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez
        Lopez Gonzalez Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson
        White Harris Sanchez Clark Ramirez Lewis Robinson Walker Young Allen King Wright Scott
        Torres Nguyen Hill Flores Green Adams Nelson Baker Hall Rivera Campbell Mitchell Carter
        Roberts Kowalski Nowak Wiśniewski Wójcik Kaminski O'Malley O'Neill McCarthy Schneider
        Weber Hoffmann Schroeder Olsen Larsen Johansson Kim Park Choi Patel Shah Cohen Levy
        Muñoz Peña Núñez Castañeda Delgado Vega Mendoza Washington Jefferson Freeman
        """
    )
    + compounds(
        """
        Apple Barn Beck Bridge Cald Cart Cole Crow Day Ell Farm Fish Gar Hill Kil Lake Lock
        Mill Nor Over Pres Quin Ray Sand Shaw Stone Ten Under Vander Wake Wells York
        """,
        "man son wood ford ton ley well worth field burn ridge more ster wick land dale",
    ),
    nicknames={
        "Jennifer": "Jen",
        "Patricia": "Pat",
        "Robert": "Bob",
        "William": "Bill",
        "Richard": "Rick",
        "Michael": "Mike",
        "Christopher": "Chris",
        "Matthew": "Matt",
        "Anthony": "Tony",
        "Steven": "Steve",
        "Katherine": "Kathy",
        "Deborah": "Debbie",
        "Edward": "Ed",
        "Gregory": "Greg",
        "Timothy": "Tim",
        "Joshua": "Josh",
        "Nicholas": "Nick",
        "Samuel": "Sam",
        "Kimberly": "Kim",
        "Rebecca": "Becky",
        "Joseph": "Joe",
        "Benjamin": "Ben",
        "Jonathan": "Jon",
        "Guadalupe": "Lupe",
    },
)
