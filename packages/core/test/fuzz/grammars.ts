/** Texts as their grammars want them, and what a hostile hand makes of them. */
import * as fc from "effect/FastCheck"

type Texts = fc.Arbitrary<string>

const one = (...texts: ReadonlyArray<string>): Texts => fc.constantFrom(...texts)

/** Several, each after the other. */
const row = (...parts: ReadonlyArray<Texts>): Texts => fc.tuple(...parts).map((texts) => texts.join(""))

const list = (part: Texts, between: Texts, maxLength: number): Texts =>
  fc.tuple(fc.array(part, { maxLength }), between).map(([texts, separator]) => texts.join(separator))

const maybe = (part: Texts): Texts => fc.oneof(part, fc.constant(""))

// ---------------------------------------------------------------- the hostile hand

/** Characters that mean something to a parser, or that no parser expects. */
const hostileCharacter = one(
  ..."\0\t\n\r\x0b\x0c\x1f \x7f\x85\xa0\xff\"'`\\,;:=%<>()[]{}@/?#&*+-.|~",
  ..."\u0130\u00df\u2028\u2029\u200b\ufeff\uff0e\u3002\u2603\ufffd",
  "\ud800",
  "\udc00",
  "\u{1f600}"
)
const hostileWord = one(
  "\r\n",
  "\r\n\r\n",
  '\\"',
  "\\\\",
  "%2",
  "%zz",
  "%00",
  "%ff",
  "%c3%28",
  "%0d%0a",
  "//",
  "://",
  "a\u0301",
  "__proto__",
  "constructor",
  "toString",
  "0",
  "-1",
  "1e999",
  "99999999999999999999",
  "NaN",
  "Infinity",
  "[::1]",
  "xn--",
  "..",
  "==",
  ",,",
  ";;"
)
const longRun = fc
  .tuple(hostileCharacter, fc.constantFrom(70, 300, 1100, 9000))
  .map(([character, times]) => character.repeat(times))

const hostile: Texts = fc.oneof(
  { weight: 30, arbitrary: hostileCharacter },
  { weight: 15, arbitrary: hostileWord },
  { weight: 5, arbitrary: fc.string({ unit: "binary", maxLength: 4 }) },
  { weight: 1, arbitrary: longRun }
)

interface Edit {
  readonly kind: "delete" | "double" | "swap" | "insert"
  /** A part of the text's length, of 1000. */
  readonly at: number
  readonly length: number
  readonly text: string
}

const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom("delete", "double", "swap", "insert", "insert"),
  at: fc.nat({ max: 1000 }),
  length: fc.integer({ min: 1, max: 12 }),
  text: hostile
})

/** Cuts where it likes: a pair of surrogates, too, comes apart. */
const edited = (text: string, { at, kind, length, text: inserted }: Edit): string => {
  const from = Math.floor((text.length * at) / 1000)
  const [before, piece, after] = [text.slice(0, from), text.slice(from, from + length), text.slice(from + length)]
  switch (kind) {
    case "delete":
      return before + after
    case "double":
      return before + piece + piece + after
    case "swap":
      return before + after.slice(0, length) + piece + after.slice(length)
    case "insert":
      return before + inserted + piece + after
  }
}

/** The texts of a grammar as they are, and with up to four wounds. */
export const mutated = (texts: Texts): Texts =>
  fc.tuple(texts, fc.array(edit, { maxLength: 4 })).map(([text, edits]) => edits.reduce(edited, text))

/** No grammar at all. */
export const noise: Texts = fc.array(hostile, { maxLength: 8 }).map((texts) => texts.join(""))

// ---------------------------------------------------------------- header fields

const token = one("a", "realm", "x-y", "Basic", "Bearer", "Digest", "n0", "!#$", "é")
const quoted = one('""', '"a"', '"a b"', '"a, b; c=d"', '"\\"\\\\"', '"no end', '"é"', "'x'")
const word = fc.oneof(token, quoted, one("", "1", "true", "utf-8", "UTF-8''%e2%82%ac", "iso-8859-1'en'%A3"))

const digestParameter = fc.oneof(
  row(one("realm=", "REALM = "), quoted),
  row(one("nonce=", "opaque=", "domain="), word),
  row(
    fc.constant("algorithm="),
    one("MD5", "md5-sess", "SHA-256", "SHA-256-sess", "SHA-512-256", "SHA-512", "X", '""')
  ),
  row(fc.constant("qop="), one("auth", '"auth,auth-int"', '"auth-int"', '" "', "x")),
  one("stale=true", "stale", 'charset="UTF-8"', "userhash=true", "userhash=false")
)

/** RFC 9110 §11.6.1. */
export const challenge: Texts = list(
  fc.oneof(
    { weight: 4, arbitrary: row(one("Digest ", "digest\t"), list(digestParameter, one(", ", ",", " , ,"), 8)) },
    { weight: 2, arbitrary: row(token, fc.constant(" "), list(row(token, one("=", " = "), word), one(", ", ","), 3)) },
    { weight: 1, arbitrary: one("Negotiate", "Basic dTpw==", "Bearer abc/+=", "Negotiate YII==") }
  ),
  one(", ", ",", " ,, "),
  3
)

/** RFC 6265 §4.1. */
export const setCookie: Texts = row(
  one("sid", "a", "", "__Host-a", "__Secure-b", "é", "a b"),
  one("=", "", " = "),
  one("1", "", '"q"', "a=b", "é", "x".repeat(5000)),
  list(
    fc.oneof(
      row(
        one("; Domain=", ";domain="),
        one("example.test", ".example.test", "com", "a.example.test", "127.0.0.1", "", "[::1]")
      ),
      row(fc.constant("; Path="), one("/", "/a", "a", "", "/%zz")),
      row(
        one("; Expires=", "; expires="),
        one("Thu, 01 Jan 1970 00:00:00 GMT", "Wed, 09-Jun-2100 10:18:14 GMT", "0", "1e9", "32 Foo")
      ),
      row(fc.constant("; Max-Age="), one("0", "-1", "10", "99999999999999999999", "-99999999999999999999", "x", "")),
      one("; Secure", "; HttpOnly", "; SameSite=Lax", "; samesite=NONE", "; SameSite=x", "; Priority=High", ";", "; =")
    ),
    fc.constant(""),
    5
  )
)

/** RFC 8288 §3. */
export const link: Texts = list(
  row(
    one("<", "<", ""),
    one("/next", "https://h.test/?page=2", "", "a,b;c", "é"),
    one(">", ">", ""),
    list(
      row(one(";", "; ", " ; "), one("rel", "title", "title*", "anchor", "REL", "", "x*"), one("=", " = ", ""), word),
      fc.constant(""),
      4
    )
  ),
  one(", ", ",", ",, <"),
  4
)

const charsetName = one(
  "utf-8",
  "UTF8",
  "utf_8-sig",
  "utf-16",
  "utf-16le",
  "utf-16be",
  "utf-32",
  "utf-32be",
  "latin1",
  "iso-8859-1",
  "windows-1252",
  "koi8-r",
  "shift_jis",
  "gb18030",
  "big5",
  "euc-jp",
  "iso-2022-jp",
  "iso-2022-kr",
  "replacement",
  "x-user-defined",
  "none",
  "",
  "x".repeat(65)
)

/** A label of a charset, or nearly one. */
export const charset: Texts = mutated(charsetName)

/** RFC 9110 §8.3. */
export const contentType: Texts = row(
  one(
    "text/html",
    "application/json",
    "text/xml",
    "image/svg+xml",
    "multipart/form-data",
    "application/x+json",
    "",
    "a"
  ),
  list(
    row(
      one(";", "; ", " ;"),
      one("charset", "Charset", "boundary", "q", ""),
      one("=", " = ", ""),
      fc.oneof(
        charsetName,
        charsetName.map((name) => `"${name}"`),
        charsetName.map((name) => `'${name}'`),
        word
      )
    ),
    fc.constant(""),
    3
  )
)

/** RFC 9110 §10.2.3. */
export const retryAfter: Texts = one(
  "120",
  "0",
  "9999999999",
  "99999999999",
  "Thu, 01 Jan 1970 00:01:00 GMT",
  "Thursday, 01-Jan-70 00:01:00 GMT",
  "Thu Jan  1 00:01:00 1970",
  "Thu, 99 Foo 1970"
)

// ---------------------------------------------------------------- URLs

const scheme = one(
  "http:",
  "https:",
  "HTTPS:",
  "ws:",
  "http+unix:",
  "ftp:",
  "data:",
  "mailto:",
  "socks5h:",
  "javascript:"
)
const host = one(
  "h.test",
  "example.test",
  "a.example.test",
  "H.TEST",
  "127.0.0.1",
  "0x7f.1",
  "[::1]",
  "[::ffff:1.2.3.4]",
  "[fe80::1%25eth0]",
  "localhost",
  "é.test",
  "xn--9ca.test",
  "xn--",
  "1.2.3.4.5",
  "256.1.1.1",
  "a..b",
  "%41.test",
  "h_t",
  ""
)
const userinfo = one("", "", "", "u@", "u:p@", ":@", "u:@", "%zz:%41@", "a@b:c@", "u:p%2F@")
const port = one("", "", ":80", ":443", ":8080", ":", ":0", ":65536", ":x")
const path = one("", "/", "/a/b", "/a/../b", "/%41%zz%e2%98%83", "/a b", "/é", "//x", "\\x", "/;p", "/a:b")
const query = one("", "", "?", "?a=1", "?a=1&token=2&page=3", "?é=%zz", "?a?b", "?&&=", "? ")
const fragment = one("", "", "#", "#f", "#a#b")

/** RFC 3986, and what is met in its place. */
export const url: Texts = fc.oneof(
  { weight: 6, arbitrary: row(scheme, fc.constant("//"), userinfo, host, port, path, query, fragment) },
  { weight: 1, arbitrary: row(scheme, path, query, fragment) }
)

/** A URL that a request can be prepared with. */
export const webUrl: Texts = row(
  one("http://", "https://"),
  one("h.test", "example.test", "a.example.test", "127.0.0.1", "[::1]", "xn--9ca.test", "localhost"),
  one("", "", ":8080", ":8443"),
  one("/", "/a/b", "/%41", "/é"),
  one("", "?a=1&b=2"),
  one("", "#f")
)

/** RFC 9110 §10.2.2: any reference. */
export const location: Texts = fc.oneof(
  url,
  row(path, query, fragment),
  row(fc.constant("//"), userinfo, host, port, path, query, fragment)
)

/** A scheme and a host, with or without a path: what adapters are mounted at. */
export const prefix: Texts = row(maybe(row(scheme, fc.constant("//"))), host, port, path)

// ---------------------------------------------------------------- files and variables

const netrcWord = one("h.test", "example.test", "u", '"a b"', '"\\""', "a\\ b", "#c", '""', "127.0.0.1", "[::1]")
const gap = one(" ", "\n", "\t", "\r\n", "  ")

/** The .netrc as Python's `netrc` and curl read it. */
export const netrc: Texts = list(
  fc.oneof(
    { weight: 4, arbitrary: row(fc.constant("machine"), gap, netrcWord) },
    {
      weight: 6,
      arbitrary: row(one("login", "user", "account", "password"), gap, netrcWord)
    },
    {
      weight: 1,
      arbitrary: one("default", "# a comment\n", "macdef init\n a\n\n", "macdef x", "macdef", "machine", "nonsense")
    }
  ),
  gap,
  10
)

/** The file of curl, wget and Mozilla. */
export const cookiesTxt: Texts = row(
  one("# Netscape HTTP Cookie File\n", "# HTTP Cookie File\r\n", ""),
  list(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc
          .tuple(
            one("h.test", ".example.test", "#HttpOnly_h.test", "com", ""),
            one("TRUE", "FALSE", "x"),
            one("/", "/a", "a", ""),
            one("TRUE", "FALSE", ""),
            one("0", "2147483647", "-1", "99999999999999999999", "x", ""),
            one("sid", "", "__Host-a", '"a b"'),
            one("1", "", "a\tb", '"q"', "é")
          )
          .map((cells) => cells.join("\t"))
      },
      { weight: 1, arbitrary: one("# a comment", "", "a b c", "\t\t\t\t\t\t") }
    ),
    one("\n", "\r\n", "\r"),
    5
  )
)

/** NO_PROXY: names, addresses, networks. */
export const noProxy: Texts = list(
  row(
    one("", ".", "*.", " "),
    fc.oneof(host, one("*", "10.0.0.0/8", "::/0", "fe80::/10", "1.2.3.4/33", "/", "1/1/1", "192.168.1.1/24")),
    one("", ":80", ":443", ":x")
  ),
  one(",", ", ", ",,"),
  5
)

/** A proxy's URL. */
export const proxy: Texts = fc.oneof(
  row(
    one("http://", "https://", "socks5://", "socks5h://", "", "//", "ftp://"),
    userinfo,
    host,
    port,
    one("", "/", "/a@b")
  ),
  one("direct", "", "localhost:3128", "http:/x")
)

const variableName = one(
  "http_proxy",
  "HTTP_PROXY",
  "https_proxy",
  "ALL_PROXY",
  "no_proxy",
  "NO_PROXY",
  "REQUEST_METHOD",
  "REQUESTS_CA_BUNDLE",
  "CURL_CA_BUNDLE",
  "_proxy",
  "__proto___proxy",
  "constructor_PROXY"
)

/** Environment variables. */
export const variables = fc.dictionary(
  fc.oneof({ weight: 8, arbitrary: variableName }, { weight: 1, arbitrary: mutated(variableName) }),
  fc.oneof(mutated(proxy), mutated(noProxy), fc.constant("")),
  { maxKeys: 4 }
)

// ---------------------------------------------------------------- fields, forms, bytes

const fieldName = one(
  "Accept",
  "Authorization",
  "Cookie",
  "Set-Cookie",
  "Location",
  "Link",
  "Content-Type",
  "Content-Length",
  "Transfer-Encoding",
  "WWW-Authenticate",
  "Authentication-Info",
  "Retry-After",
  "X-A",
  "host",
  "__proto__"
)

/** Any value of any field, whole or wounded. */
export const fieldValue: Texts = fc.oneof(
  ...[challenge, setCookie, link, contentType, retryAfter, location].map(mutated),
  noise,
  one("", "1", "a b", "0", "nextnonce=n", 'nextnonce="é"')
)

/** Fields as they come from a wire that checks nothing, names and values one after the other; the last may be missing. */
export const fields: fc.Arbitrary<ReadonlyArray<string>> = fc
  .tuple(
    fc.array(fc.tuple(fc.oneof({ weight: 6, arbitrary: fieldName }, { weight: 1, arbitrary: noise }), fieldValue), {
      maxLength: 4
    }),
    fc.integer({ min: 0, max: 9 })
  )
  .map(([pairs, cut]) => (cut === 0 ? pairs.flat().slice(0, -1) : pairs.flat()))

/** Values of a query or of a form. */
export const scalar = fc.oneof(noise, fc.integer(), fc.double(), fc.boolean(), fc.bigInt({ max: 9n, min: -9n }))

/** Names that collide with each other, and with what every object has. */
export const name: Texts = fc.oneof(
  { weight: 4, arbitrary: one("a", "b", "A", "page", "", "__proto__", "constructor", "toString") },
  { weight: 1, arbitrary: noise }
)

/** Bytes of texts, with marks and declarations, in any encoding and in none. */
export const bytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc
    .array(
      fc.oneof(
        fc.constantFrom(
          [0xef, 0xbb, 0xbf],
          [0xff, 0xfe],
          [0xfe, 0xff],
          [0xff, 0xfe, 0, 0],
          [0, 0, 0xfe, 0xff],
          [0],
          [0, 0]
        ),
        fc.constantFrom(
          [0x81, 0x30],
          [0x8f, 0xa1],
          [0x1b, 0x24, 0x42],
          [0xf0, 0x9f],
          [0x98, 0x80],
          [0xed, 0xa0, 0x80],
          [10],
          [13]
        ),
        fc.uint8Array({ maxLength: 4 }).map((some) => Array.from(some))
      ),
      { maxLength: 8 }
    )
    .map((pieces) => Uint8Array.from(pieces.flat())),
  mutated(
    one(
      '<?xml version="1.0" encoding="koi8-r"?>',
      '<meta charset="utf-16">',
      "<!-- <meta charset=x> --><META http-equiv='Content-Type' content='text/html; charset=big5'>",
      '{"a": [1, "\u20ac"]}',
      "<meta content=\"charset='x'\" / charset>"
    )
  ).map((text) => new TextEncoder().encode(text))
)

/** Anything at all, as JSON or as JavaScript has it. */
export const anything = fc.anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true, maxDepth: 2 })
