// @ts-check
// The console's words, in English and Dutch.
const ENGLISH = {
  skip: "Skip to the content", logIn: "Log in", logOut: "Log out", key: "API key", keyHint: "It begins with dvt_. It is kept in this tab only.",
  wrongKey: "This key is wrong, expired or revoked.", integrations: "Integrations", templates: "Templates", mailings: "Mailings", keys: "API keys", trail: "Trail",
  add: "Add an integration", none: "There are none yet.", kind: "Kind", identifier: "Identifier", identifierHint: "The name by which templates know it, such as mywebshop.",
  save: "Save", cancel: "Cancel", test: "Test the connection", testing: "The connection is being tested…", well: "All is well.", notWell: "Not all is well:", remove: "Remove", sure: "Remove this for good?", yes: "Yes, remove it",
  on: "on", off: "off", turnOn: "Switch on", turnOff: "Switch off", never: "not tested yet", secretHint: "A credential: it is encrypted, and never shown again.", changed: "Somebody changed this meanwhile. Here is what it is now.",
  changedText: "Somebody else saved this template meanwhile.", takeTheirs: "Take theirs", overwrite: "Write mine over it",
  saved: "Saved.", name: "Name", scopes: "What it is for", makeKey: "Make a key", days: "Days until it expires", daysHint: "Empty: it does not expire.", shownOnce: "Copy this key now: it is shown this once.", copy: "Copy", copied: "Copied.", revoke: "Revoke", revoked: "revoked", lives: "lives", expired: "expired", lastUse: "last used", neverUsed: "never used",
  newTemplate: "New template", nameHint: "For example newsletter.tpl or parts/footer.tpl.", recipient: "Sample recipient", recipientHint: "JSON: what {$profile.…} says in the preview.", preview: "Preview", line: "line",
  start: "Start a mailing", template: "Template", recipients: "Recipients", recipientsHint: "A table with a header: firstname,email and so on. Choose a file, or paste it.", file: "CSV file", done: "done", running: "running", failed: "failed", cancelled: "cancelled", of: "of", written: "written", without: "without a mail", download: "Download the mails",
  at: "When", who: "Who", what: "What", language: "Nederlands", required: "needed", offline: "The server cannot be reached.", optional: "More settings", fault: "Something went wrong in this page. Load it again.",
  only: "Only for these integrations", onlyHint: "None chosen: for all, also those that are added later.", sureRevoke: "Revoke this key? Whoever uses it is refused from now on.", yesRevoke: "Yes, revoke it",
  change: "Change", changeTitle: "Change an integration", keepSecret: "There is one. Leave it empty to keep it.", draft: "What you wrote here is not saved yet.", discard: "Back to what is saved",
  events: "Events", followups: "Follow-ups", perHour: "By the hour, over the last 24 hours", asTable: "As a table", others: "others", type: "Type", anyType: "All types", person: "E-mail address", refresh: "Show new ones by themselves", more: "Show more", noEvents: "Nothing happened yet.", itsData: "Its data", started: "What it started", startedNothing: "It started nothing.", watched: "What is read", integration: "Integration", record: "Records", readAt: "Last read", sweptAt: "All looked through", lastFault: "Went wrong", firstLook: "the first look is not done yet", watchedNone: "No shop is read yet.",
  waiting: "waiting", stopped: "stopped", dead: "given up", began: "Begun", ended: "Ended", wentOut: "Went out", happened: "What happened", paused: "paused", version: "version", by: "by", pause: "Pause", resume: "Resume", resumed: "Running again.", pausedNow: "Paused: new events start it no more.", newFollowup: "New follow-up", followupHint: "Small letters, digits, - and _, such as cart-reminder.", sureFollowup: "Remove this follow-up? New events start it no more; what runs goes on.", faults: "It cannot be saved so:", changedFollowup: "Somebody else saved this follow-up meanwhile.",
  find: "Find", findLabel: "E-mail address or order", findHint: "An address, the number of an order, or a record such as order/17 or cart/4.", foundNothing: "Nothing was done.", failedOnes: "Failed", allFailed: "All that failed", tryOn: "Try on past events", tryHint: "What the text above would have done. Nothing is sent, nothing is changed; conditions are asked against what is true now.", since: "Events of the last", day: "day", days7: "7 days", days30: "30 days", tryNow: "Try", trying: "It is tried…", tried: "Of the latest {all} events that start it, something would go out or change for {acting}.", triedNone: "No event of that time starts it.",
  instances: "What it did", wasDone: "What was done", forWhom: "for", why: "Why: step by step", noSteps: "No step was taken yet.", nextStep: "next step", awaits: "waits for", replay: "Try again", replayed: "It is tried again.", stop: "Stop", sureStop: "Take no further step?", yesStop: "Yes, stop it", stoppedNow: "It goes no further.", attempts: "attempts", nothingSent: "Nothing went out.", startedBy: "What started it", forgotten: "The event was forgotten.",
};
/** @type {typeof ENGLISH} */
const DUTCH = {
  skip: "Naar de inhoud", logIn: "Inloggen", logOut: "Uitloggen", key: "API-sleutel", keyHint: "Hij begint met dvt_. Hij blijft alleen in dit tabblad.",
  wrongKey: "Deze sleutel is onjuist, verlopen of ingetrokken.", integrations: "Integraties", templates: "Templates", mailings: "Mailings", keys: "API-sleutels", trail: "Logboek",
  add: "Integratie toevoegen", none: "Er zijn er nog geen.", kind: "Soort", identifier: "Naam in templates", identifierHint: "De naam waaronder templates hem kennen, zoals mywebshop.",
  save: "Opslaan", cancel: "Annuleren", test: "Verbinding testen", testing: "De verbinding wordt getest…", well: "Alles is in orde.", notWell: "Niet alles is in orde:", remove: "Verwijderen", sure: "Dit voorgoed verwijderen?", yes: "Ja, verwijderen",
  on: "aan", off: "uit", turnOn: "Aanzetten", turnOff: "Uitzetten", never: "nog niet getest", secretHint: "Een geheim: het wordt versleuteld en nooit meer getoond.", changed: "Iemand heeft dit intussen gewijzigd. Zo is het nu.",
  changedText: "Iemand anders heeft deze template intussen opgeslagen.", takeTheirs: "Die van de ander nemen", overwrite: "De mijne eroverheen schrijven",
  saved: "Opgeslagen.", name: "Naam", scopes: "Waarvoor", makeKey: "Sleutel maken", days: "Dagen geldig", daysHint: "Leeg: hij verloopt niet.", shownOnce: "Kopieer deze sleutel nu: hij wordt maar één keer getoond.", copy: "Kopiëren", copied: "Gekopieerd.", revoke: "Intrekken", revoked: "ingetrokken", lives: "geldig", expired: "verlopen", lastUse: "laatst gebruikt", neverUsed: "nooit gebruikt",
  newTemplate: "Nieuwe template", nameHint: "Bijvoorbeeld nieuwsbrief.tpl of delen/voet.tpl.", recipient: "Voorbeeldontvanger", recipientHint: "JSON: wat {$profile.…} in het voorbeeld zegt.", preview: "Voorbeeld", line: "regel",
  start: "Mailing starten", template: "Template", recipients: "Ontvangers", recipientsHint: "Een tabel met een kopregel: firstname,email enzovoort. Kies een bestand of plak hem.", file: "CSV-bestand", done: "klaar", running: "bezig", failed: "mislukt", cancelled: "geannuleerd", of: "van", written: "gemaakt", without: "zonder mail", download: "Mails downloaden",
  at: "Wanneer", who: "Wie", what: "Wat", language: "English", required: "verplicht", offline: "De server is niet bereikbaar.", optional: "Meer instellingen", fault: "Er ging iets mis op deze pagina. Laad hem opnieuw.",
  only: "Alleen voor deze integraties", onlyHint: "Geen gekozen: voor alle, ook die er later bij komen.", sureRevoke: "Deze sleutel intrekken? Wie hem gebruikt wordt vanaf nu geweigerd.", yesRevoke: "Ja, intrekken",
  change: "Wijzigen", changeTitle: "Integratie wijzigen", keepSecret: "Er is er een. Laat leeg om hem te houden.", draft: "Wat je hier schreef is nog niet opgeslagen.", discard: "Terug naar wat is opgeslagen",
  events: "Gebeurtenissen", followups: "Opvolgingen", perHour: "Per uur, over de laatste 24 uur", asTable: "Als tabel", others: "andere", type: "Soort", anyType: "Alle soorten", person: "E-mailadres", refresh: "Nieuwe vanzelf tonen", more: "Meer tonen", noEvents: "Er is nog niets gebeurd.", itsData: "De gegevens", started: "Wat erop volgde", startedNothing: "Er volgde niets op.", watched: "Wat wordt gelezen", integration: "Integratie", record: "Gegevens", readAt: "Laatst gelezen", sweptAt: "Alles nagekeken", lastFault: "Ging mis", firstLook: "de eerste keer lezen is nog niet klaar", watchedNone: "Er wordt nog geen winkel gelezen.",
  waiting: "wachtend", stopped: "gestopt", dead: "opgegeven", began: "Begonnen", ended: "Geëindigd", wentOut: "Verstuurd", happened: "Wat er gebeurde", paused: "gepauzeerd", version: "versie", by: "door", pause: "Pauzeren", resume: "Hervatten", resumed: "Loopt weer.", pausedNow: "Gepauzeerd: nieuwe gebeurtenissen starten hem niet meer.", newFollowup: "Nieuwe opvolging", followupHint: "Kleine letters, cijfers, - en _, zoals cart-reminder.", sureFollowup: "Deze opvolging verwijderen? Nieuwe gebeurtenissen starten hem niet meer; wat loopt gaat door.", faults: "Zo kan hij niet worden opgeslagen:", changedFollowup: "Iemand anders heeft deze opvolging intussen opgeslagen.",
  find: "Zoeken", findLabel: "E-mailadres of bestelling", findHint: "Een adres, het nummer van een bestelling, of een gegeven zoals order/17 of cart/4.", foundNothing: "Er is niets gedaan.", failedOnes: "Mislukt", allFailed: "Alles wat mislukte", tryOn: "Proberen op wat er gebeurde", tryHint: "Wat de tekst hierboven zou hebben gedaan. Er wordt niets verstuurd en niets gewijzigd; voorwaarden worden gevraagd aan wat nu waar is.", since: "Gebeurtenissen van de laatste", day: "dag", days7: "7 dagen", days30: "30 dagen", tryNow: "Proberen", trying: "Er wordt geprobeerd…", tried: "Van de laatste {all} gebeurtenissen die hem starten zou er bij {acting} iets uitgaan of veranderen.", triedNone: "Geen gebeurtenis van die tijd start hem.",
  instances: "Wat hij deed", wasDone: "Wat er is gedaan", forWhom: "voor", why: "Waarom: stap voor stap", noSteps: "Er is nog geen stap gezet.", nextStep: "volgende stap", awaits: "wacht op", replay: "Opnieuw proberen", replayed: "Er wordt opnieuw geprobeerd.", stop: "Stoppen", sureStop: "Geen verdere stap zetten?", yesStop: "Ja, stoppen", stoppedNow: "Hij gaat niet verder.", attempts: "pogingen", nothingSent: "Er is niets verstuurd.", startedBy: "Waardoor het begon", forgotten: "De gebeurtenis is vergeten.",
};

const CHOSEN = "dovetail.language";
const dutch = () => (localStorage.getItem(CHOSEN) ?? navigator.language).startsWith("nl");

/** @type {typeof ENGLISH} */
export const t = dutch() ? DUTCH : ENGLISH;
export const language = dutch() ? "nl" : "en";

export function otherLanguage() {
  localStorage.setItem(CHOSEN, dutch() ? "en" : "nl");
  location.reload();
}

/** How numbers and times are written: as the browser has it, where that is the console's language. */
export const locale = navigator.language.startsWith(language) ? navigator.language : language;

/** @param {string | null} moment */
export const when = (moment) => (moment === null ? "" : new Date(moment).toLocaleString(locale));

/** The word for a state, or whatever else has one. @param {string} name */
export const word = (name) => /** @type {Record<string, string>} */ (/** @type {unknown} */ (t))[name] ?? name;
