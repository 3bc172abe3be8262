// Words around a number that say what it is, in the languages we serve; read from a window, so that a look costs the same everywhere.

/** How far words count, in UTF-16 code units. */
const windowLength = 48;

/** Each word stands between signs that are no letters or digits; a blank also stands for `_` and `-`; `i` and `u` are set. */
const words = {
  phone: [
    'phones?|tel|telephone|mobile|cell|cellphone|call|called|calling|fax|whatsapp|signal|sms|text me|texted|dial|ring|hotline|landline|reach|reached',
    'answering at|picking up at|registered|messages? (?:on|to)|contact|ph|[tmfp](?=:)|gsm',
    'telefon\\p{L}*|handy|handynummer|mobil|mobilnummer|rufnummer|durchwahl|anrufen|erreichen|erreichbar',
    't[ée]l|t[ée]l[ée]phone|portable|appelez|joindre|joignable|tel[ée]fono|m[óo]vil|celular|ll[áa]mame|ll[áa]menme|cellulare|chiama|chiamami',
    'telefoon\\p{L}*|mobiel|bel|telefone|telem[óo]vel|ligue|liga|ringa|kom[óo]rka|zadzwoń|dzwoń|cep|ara|aray[ıi]n',
  ],
  phoneKind: [
    'office|home|work|mobile|cell|fax|tel|direct|phone|landline|mobil|büro|bureau|fixe|m[óo]vil|oficina|ufficio|mobiel|kantoor|telem[óo]vel',
  ],
  number: [
    'number is|numbers are|(?:this|my|new|old|her|his|your|following|the) (?:\\p{L}+ )?number|is my number|nummer|num[ée]ro|n[úu]mero|numer|numaram',
  ],
  card: [
    'cards?|credit|debit|visa|mastercard|amex|american express|discover|maestro|cc|pan|karte|kreditkarte|carte|tarjeta|carta|kaart|cart[ãa]o|kort|kart[aęy]?|kartım[ıi]?',
  ],
  ssn: ['ssn|ss#|social security|social|taxpayer|tin|itin|w-?2'],
  ip: ['ips?|ip-?adress[e]?|address|adresse|hosts?|server|ping|client|remote|from|gateway|dns|ipv[46]|x-forwarded-for|subnet|ssh'],
  account: ['accounts?|acct|a/c|routing|aba|iban|transfer|wire'],
  bankAccount: [
    '(?:bank|savings|checking|deposit|current) accounts?|account (?:no|number|num|nr|#)|acct|a/c|sort code|routing|aba|kontonummer|konto|kontonr',
    'compte|cuenta|conto|c/c|rekening|rekeningnummer|conta|hesap|hesab[ıi]',
  ],
  bank: [
    'bank|savings|checking|wire|transfer|deposit|routing|balance|refund|remit|pay|paid|payable|payment|holder|salary|payroll|beneficiary|debit',
  ],
  routing: ['routing|aba|rtn'],
  passport: [
    'passports?|passport (?:no|number)|passeport|reisepass|reisepassnummer|pass-?nr|pasaporte|passaporto|paspoort|paspoortnummer|passaporte|passnummer',
    'paszport|paszportu|pasaport',
  ],
  licence: [
    "driver['’]?s? licen[cs]e|drivers['’] licen[cs]e|driving licen[cs]e|licen[cs]e (?:no|number|#)|(?<!/)dl|dl#|dl no|licen[cs]e|f[üu]hrerschein\\p{L}*",
    'permis de conduire|carnet de conducir|permiso de conducir|patente|rijbewijs\\p{L}*|carta de condu[çc][ãa]o|cnh|k[öo]rkort|praw[oa] jazdy|ehliyet',
    's[üu]r[üu]c[üu] belgesi',
  ],
  driver: [
    'drivers?|driving|(?<!/)dl|dmv|officer|f[üu]hrerschein\\p{L}*|conduire|conducir|patente|rijbewijs\\p{L}*|condu[çc][ãa]o|cnh|k[öo]rkort|jazdy|ehliyet',
  ],
  goods: [
    'orders?|order (?:no|number|id)|invoice|inv|ticket|tracking|parcel|shipment|part|serial|sku|isbn|issn|doi|model|version|build|release|ref|reference',
    'case|issue|pr|commit|id|uuid|article|item|product|quantity|qty|total|sum|price|population|lot|batch|code|pin|zip|plz|postcode|section|page|flight',
    'bestellung|bestellnummer|artikel|artikelnummer|teilenummer|rechnung|commande|facture|r[ée]f[ée]rence|pedido|factura|pieza|ordine|fattura|pezzo',
    'bestelling|onderdeel|factuur|encomenda|fatura|pe[çc]a|beställning|faktura|zam[óo]wienie|cz[ęe][śs][ćc]|sipari[şs]|par[çc]as[ıi]',
  ],
  version: ['versions?|release|build|section|chapter|v|ver|rev|revision|firmware|node|python|java|chrome|windows|kernel'],
} as const;
export type ContextName = keyof typeof words;

const expressions: ReadonlyMap<string, RegExp> = new Map(
  Object.entries(words).map(([name, lists]) => [
    name,
    new RegExp(`(?<![\\p{L}\\p{N}])(?:${lists.join('|').replaceAll(' ', '[ _-]')})(?![\\p{L}\\p{N}])`, 'giu'),
  ]),
);

/** Where the words of `name` stand in a short text. */
function places(text: string, name: ContextName): readonly RegExpExecArray[] {
  const expression = expressions.get(name);
  return expression === undefined ? [] : [...text.matchAll(expression)];
}

/** How many code units lie between `start` and the last of the words before it, in the same paragraph; Infinity where none is within `reach`. */
export function distance(text: string, start: number, name: ContextName, reach = windowLength): number {
  const window = text.slice(Math.max(0, start - reach), start).replace(/\\[nrt]/g, '  ');
  const paragraph = window.slice(window.lastIndexOf('\n\n') + 1);
  let end = Number.NEGATIVE_INFINITY;
  for (const match of places(paragraph, name)) end = match.index + match[0].length;
  return paragraph.length - end;
}

/** Whether one of the words stands before `start`. */
export const follows = (text: string, start: number, name: ContextName, reach = windowLength): boolean =>
  distance(text, start, name, reach) !== Number.POSITIVE_INFINITY;

/** Whether one of the words stands right behind `end`. */
export function precedes(text: string, end: number, name: ContextName, reach = 12): boolean {
  const line = text.slice(end, end + reach).split('\n', 1)[0] ?? '';
  return places(line, name).length > 0;
}
