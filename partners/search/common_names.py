"""Common given names and surnames of people in the United States, folded: searches with both are not kept.

Dictionaries have many names, so that being in one does not tell a name from a word. Names that are everyday words of
searches ("young", "price", "work") are left out: a search is kept in doubt only if it is not of two names.
"""

GIVEN = frozenset(
    """
    aaron adam adriana ahmed alan albert alejandra alejandro alex alexander alexandra alfredo alice alicia amanda
    amber amina amy ana andre andrea andrew angel angela anita ann anna anne anthony antonio arthur ashley austin
    barbara beatriz benjamin bernard betty beverly billy bobby brandon brenda brian bruce bryan carl carla carlos
    carmen carol caroline carolyn catherine cesar charles cheryl christian christina christine christopher claudia
    craig cristina crystal cynthia daniel danielle danny david dawn deborah debra denise dennis diana diane diego
    donald donna doris dorothy douglas dylan eduardo edward elena elizabeth emily emma enrique eric erica ernesto
    esteban esther ethan eugene evelyn fatima felipe fernando frances francisco frank fred gabriel gabriela gary
    george gerald gerardo gloria gregory guadalupe guillermo gustavo hannah harold harry heather hector helen
    henry hugo ibrahim isabel isabella ivan jack jacob jacqueline jaime james jamie jane janet janice jason javier
    jean jeffrey jennifer jeremy jerry jessica jesus jim joan joe joel john johnny jonathan jordan jorge jose
    joseph joshua juan juana juanita judith judy julia julie julio justin karen karina katherine kathleen kathryn
    kathy keith kelly kenneth kevin kimberly kyle larry laura lauren lawrence leonardo leslie leticia lillian
    linda lisa logan lorena lori louis lucia luis luisa lupe madison manuel marco marcos margaret margarita maria
    mariana marie marilyn mario marisol martha martin mary matthew megan melissa mercedes michael michelle miguel
    miriam mohamed mohammed monica nancy natalie nathan nicholas nicole norma olga olivia omar oscar pablo pamela
    patricia patrick paul paula pedro peter philip phyllis rachel rafael ralph ramon randy raquel raul raymond
    rebecca ricardo richard robert roberto rodrigo roger rogelio ronald rosa rosario roy ruben russell ruth ryan
    samantha samuel sandra santiago sara sarah scott sean sergio sharon shirley silvia sofia sonia sophia
    stephanie stephen steven susan susana tanya teresa theresa thomas tiffany timothy tyler valeria vanessa
    veronica victor victoria vincent virginia walter wayne wendy willie william xavier yolanda zachary
    """.split()  # noqa: SIM905
)
SURNAMES = frozenset(
    """
    abdi acosta adams aguilar aguirre ahmed alexander ali allen alvarado alvarez anderson avila bailey baker
    barnes bell bennett brooks brown bryant butler cabrera calderon campbell campos cardenas carter castillo
    castro cervantes chavez chen clark coleman collins contreras cooper cortez cox cruz davis delgado diaz
    dominguez edwards espinoza estrada evans fernandez figueroa fisher flores foster fuentes garcia garza gomez
    gonzales gonzalez graham gray griffin guerra guerrero gutierrez guzman hall hamilton harris harrison hassan
    hayes henderson hernandez herrera howard hughes ibarra jackson james jenkins jimenez johnson jones juarez
    kelly khan kim king lara lee leon lewis lopez luna maldonado marquez marshall martin martinez mcdonald medina
    mejia mendez mendoza miller mitchell mohamed molina montoya moore morales moreno morgan morris munoz murphy
    myers navarro nelson nguyen nunez ochoa ortega ortiz owens pacheco padilla parker patel patterson pena peralta
    perez perry peterson phan phillips powell quintero ramirez ramos reed reyes reynolds richardson rios rivas
    rivera roberts robinson robles rodriguez rogers rojas roman romero rosales ross rubio ruiz russell salas
    salazar salinas sanchez sanders sandoval santos scott serrano silva simmons singh smith solis soto stewart
    suarez sullivan taylor thomas thompson torres tran trevino trujillo turner valdez valencia valenzuela vargas
    vasquez vazquez vega velasquez velez villanueva villarreal wallace walker ward washington watson west white
    williams wilson wright yang zamora zapata zavala
    """.split()  # noqa: SIM905
)
