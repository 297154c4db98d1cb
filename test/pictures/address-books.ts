/** What the pictures show: address books of an invented company, with names in letters that one font has. */
export interface AddressBook {
  /** At the simulated Google; its id and its address come from it. */
  readonly key: string;
  readonly name: string;
  readonly contacts: number;
}

const BOOKS = [
  ['support', 'Support archive', 235],
  ['lyon', 'Warehouse Lyon', 307],
  ['sales-emea', 'Sales EMEA', 290],
  ['jonas-feld', 'Jonas Feld', 63],
  ['trade', 'Trade desk', 841],
  ['board', 'Foundation board', 42],
  ['events-team', 'Events team', 1402],
  ['procurement', 'Procurement', 211],
  ['press', 'Press office', 126],
  ['jan-moreau', 'Jan Moreau', 94],
  ['ada-okonkwo', 'Ada Okonkwo', 120],
  ['clinic', 'Clinic Nord', 324],
  ['mara-lindqvist', 'Mara Lindqvist', 241],
  ['beatriz-duarte', 'Beatriz Duarte', 87],
  ['tomasz-wrona', 'Tomasz Wrona', 64],
  ['finance', 'Finance shared', 321],
  ['yuki-tanabe', 'Yuki Tanabe', 98],
  ['harbour', 'Harbour office', 77],
  ['legal', 'Legal shared', 58],
  ['elif-aydin', 'Elif Aydın', 31],
  ['reception', 'Reception', 45],
  ['lena-hoffmann', 'Lena Hoffmann', 53],
  ['oslo', 'Oslo branch', 112],
  ['lisboa', 'Lisboa branch', 68],
] as const;

export type BookKey = (typeof BOOKS)[number][0];

export const ADDRESS_BOOKS: readonly (AddressBook & { readonly key: BookKey })[] = BOOKS.map(
  ([key, name, contacts]) => ({ key, name, contacts }),
);

const GIVEN =
  'Agnes Albrecht Aleksandra Amir Ana Anders Anneke Bruno Camille Carla Dagny Daniel Elena Emil Fatima Ferran Greta Gunnar Hanne Henrik Ida Ines Irena Jakob Jana Joana Jonas Karin Kofi Laura Leon Lucía Magda Marek Margaux Maria Marit Marta Mateo Mira Nadia Nils Noor Olga Oskar Paula Pavel Rahul Renée Rosa Samir Selma Sofia Stefan Tessa Theo Ulla Viktor Wim Yara Zoë'.split(
    ' ',
  );
const FAMILY =
  'Holt Nowak Rahimi Beltrán Lund Bos Haugen Roux Kowalczyk Osei Ebner Andrade Dahl Ström Zieliński Thévenet Conti Moss Carmo Petrov Adler Bakker Costa Demir Eriksen Ferrari Garnier Hansen Ivanova Jensen Keller Lorenz Mendes Novak Olsen Pereira Quist Ricci Schmid Tanaka Ulrich Varga Weber Ximénez Ytreberg Zeman'.split(
    ' ',
  );
const COMPANIES =
  'Fjord Logistics|Atelier Thévenet|Polmet|Clínica Sant Pau|Ström & Co|Nordlicht Energie|Halden Trading|Porto Azul|Rahimi Trading|Ebner Werkzeuge|Lund Frö|Holt & Sons'.split(
    '|',
  );
const TITLES = 'Buyer|Coordinator|Head of export|Accountant|Engineer|Sales manager'.split('|');

/** What the simulator makes a person of. @param at another person for each number */
export function personAt(at: number): Record<string, unknown> {
  const given = GIVEN[(at * 7) % GIVEN.length] ?? '';
  const family = FAMILY[(at * 11 + Math.floor(at / FAMILY.length)) % FAMILY.length] ?? '';
  const company = COMPANIES[(at * 5) % COMPANIES.length] ?? '';
  return {
    names: [{ givenName: given, familyName: family }],
    ...(at % 3 !== 1 && {
      organizations: [{ name: company, ...(at % 2 === 0 && { title: TITLES[(at * 3) % TITLES.length] }) }],
    }),
    phoneNumbers: [{ value: `+44 20 7946 ${String((at * 37) % 10_000).padStart(4, '0')}`, type: 'work' }],
    ...(at % 4 === 0 && {
      emailAddresses: [{ value: `contact${at}@${company.split(' ')[0]?.toLowerCase() ?? ''}.example` }],
    }),
    memberships: ['myContacts', at % 5 === 0 ? '77d2b410' : '5e1c9a07'].map((group) => ({
      contactGroupMembership: { contactGroupResourceName: `contactGroups/${group}` },
    })),
  };
}
