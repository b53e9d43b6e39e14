import { i18n } from "@lingui/core";
import { t } from "@lingui/core/macro";

/**
 * What to say at a field the server refused. Where the server's own English words
 * are more exact, as they name a number or a thing, readers of English get those.
 */
export function fieldText(code: string, detail: string): string {
  const known = plainWords()[code] ?? passwordWords()[code];
  return known ?? (exactText(code, detail) || t`This isn't valid.`);
}

/** The same where there is room for the server's English words of every code, as in a report of a file. */
export function exactText(code: string, detail: string): string {
  if (detail && i18n.locale === "en") return detail;
  return fieldWords(code) ?? detail;
}

/** What a code of a field means, in the reader's language; undefined for one the console does not know. */
export function fieldWords(code: string): string | undefined {
  const all = [plainWords, passwordWords, formWords, choiceWords, placeWords, fileWords];
  for (const words of all) {
    const found = words()[code];
    if (found) return found;
  }
  return undefined;
}

function plainWords(): Record<string, string> {
  return {
    required: t`This is required.`,
    taken: t`This is already taken.`,
    conflict: t`This is already taken.`,
    too_long: t`This is too long.`,
    invalid_email: t`Enter a valid e-mail address.`,
    immutable: t`This can't be changed.`,
    wrong: t`This is not your current password.`,
    invalid_text: t`This contains characters that can't be used here.`,
    invalid_phone: t`Enter a valid phone number.`,
    wrong_scope: t`This role does not fit here.`,
    not_held: t`You can't grant what you don't hold yourself.`,
    unknown: t`Choose one that exists.`,
    too_many: t`These are too many.`,
  };
}

function passwordWords(): Record<string, string> {
  return {
    password_common: t`Too easy to guess. Use something less regular.`,
    password_weak: t`Too easy to guess. Use something less regular.`,
    password_personal: t`Too close to your name or e-mail address.`,
    password_too_long: t`Too long.`,
    password_too_short: t`Too short. Use more characters.`,
    password_unchanged: t`Choose a password that is not the one you have now.`,
    password_invalid: t`Remove control characters, such as tabs or line breaks.`,
  };
}

function formWords(): Record<string, string> {
  return {
    before_from: t`Choose an end that is not before the beginning.`,
    credentials: t`An address may not contain a name and password. Everybody who opens the tab would see them.`,
    duplicate: t`This is there twice.`,
    format: t`This does not have the right form.`,
    invalid: t`This isn't valid.`,
    invalid_boolean: t`Choose yes or no.`,
    invalid_code: t`Use lower-case letters, digits and single underscores between them, and begin with a letter.`,
    invalid_color: t`Write the color as #rrggbb.`,
    invalid_date: t`Enter a date as year, month and day, such as 2026-03-02.`,
    invalid_host: t`Enter a host name such as help.example.com, without https:// and without a path.`,
    invalid_number: t`Enter a number of at most 15 digits, such as 12 or 12.5.`,
    invalid_url: t`Enter an address that begins with https://.`,
    low_contrast: t`This color is too close to white. Choose a darker one.`,
    malformed: t`This can't be read. Look at how it is written.`,
    out_of_range: t`This is too small or too large.`,
    own_address: t`This is an address of the service itself. Enter another one.`,
    past: t`Choose a time in the future.`,
    private_host: t`This name is not one of the public Internet. Enter one that is.`,
    reserved: t`This is the address of the whole service. Enter a domain of your own.`,
    reused: t`This was sent already. Reload the page.`,
    too_large: t`This is too large.`,
    too_late: t`Choose an earlier time.`,
    too_short: t`This is too short.`,
    too_small: t`This is too small.`,
    type: t`This isn't valid.`,
    unknown_field: t`The server does not know this. Reload the page.`,
    unknown_parameter: t`The server does not know this. Reload the page.`,
    unknown_value: t`Choose one that exists.`,
    unknown_variable: t`One of the variables does not exist. Use those that are listed.`,
    wrong_type: t`This isn't valid.`,
  };
}

function choiceWords(): Record<string, string> {
  return {
    expired_link: t`This link has expired. Ask for a new one.`,
    outdated_link: t`Your password was changed after this link was sent. Sign in and open it again, or ask for a new one.`,
    invalid_link: t`This link does not work any more. Ask for a new one.`,
    length: t`Choose at least one, and not as many at once.`,
    limit: t`There can't be more of these. Take some away first.`,
    no_membership: t`This person has roles in several organizations. Change them there.`,
    not_a_member: t`This person doesn't belong to the organization of the team. Add them there first, or choose somebody else.`,
    not_a_service: t`People make their own keys. Choose a service account.`,
    not_all: t`Somebody has added or deleted something in the meantime. Look again.`,
    not_allowed: t`This is not possible here.`,
    not_here: t`This is not possible here.`,
    not_possible: t`Choose an active person who stays.`,
    nothing_suggested: t`Nothing is suggested here. Choose what to take away.`,
    own_email: t`Change your own e-mail address in your account, with your current password.`,
    suspended: t`This is suspended. Reactivate it first.`,
    too_few: t`These are too few.`,
    used_link: t`This link was used already. Sign in instead.`,
  };
}

function placeWords(): Record<string, string> {
  return {
    below_itself: t`An organization can't be moved below itself. Choose another place.`,
    everything: t`This is every address there is. To let people in from anywhere, switch the list off.`,
    locked: t`An organization above has locked this.`,
    mixed_families: t`A range is of IPv4 or of IPv6 addresses, not of both.`,
    nobody: t`Nobody could sign in. Add an address, or switch the list off.`,
    not_available: t`The organization above does not have this itself.`,
    own: t`Where your own organization stands is decided by those above it.`,
    root: t`The company itself can't be moved.`,
    too_deep: t`Organizations can't be nested this deep. Choose a place further up.`,
    turned_around: t`This range is turned around. Write the lower address first.`,
    twice: t`This address is in the list already.`,
  };
}

function fileWords(): Record<string, string> {
  return {
    cells: t`This line has another number of cells than the first one.`,
    double: t`This is in the file twice.`,
    double_column: t`A column is in the file twice.`,
    escalation: t`You can't grant what you don't hold yourself.`,
    forbidden: t`You don't have permission to do this.`,
    missing_column: t`A column that is needed is missing in the first line.`,
    new: t`A new person.`,
    not_csv: t`This is not a CSV file, or its quotation marks don't match.`,
    not_utf8: t`This line is not in UTF-8. Save the file as CSV in UTF-8.`,
    photo_broken: t`The picture is damaged or incomplete. Save it again as JPEG or PNG.`,
    photo_crop: t`What is to be shown is not inside the picture.`,
    photo_dimensions: t`The picture has too many pixels, or none.`,
    photo_too_large: t`The file of the picture is too large.`,
    photo_type: t`Use a picture as JPEG, PNG, GIF or WebP.`,
    unknown_column: t`The file has a column that is not known.`,
  };
}
