/** Every cap, with its reason. Config may lower or raise those that config.ts names. */
import { DAY_MS } from './time.ts';

/** One line of input. Longer ones are rejected by number: a real record is under 10 kB, a 10 MB line is an attack or a mistake. */
export const LINE_BYTES_MAX = 1_048_576;
/** A whole JSON body (one object or an array) is held in memory before it is split, so it is bounded more tightly than a stream. */
export const JSON_BODY_BYTES_MAX = 33_554_432;
/** A streamed body (NDJSON, raw lines) as it came over the wire. */
export const BODY_BYTES_MAX = 1_073_741_824;
/** A streamed body after decompression: 4 GiB of lines is a day of a busy sensor, more is split by the sender. */
export const BODY_DECOMPRESSED_BYTES_MAX = 4_294_967_296;
/** Decompressed over compressed bytes, checked after the first mebibyte: gzip of real logs reaches about 20, bombs about 1,000. */
export const BODY_RATIO_MAX = 200;
/** Records in one request. */
export const REQUEST_RECORDS_MAX = 5_000_000;
/** Lines of one request for each record that it may hold: blank ones and comments are answered by nothing, and cost work too. */
export const REQUEST_LINES_PER_RECORD_MAX = 2;
/** Nesting of one JSON record: ECS needs five levels. */
export const JSON_DEPTH_MAX = 64;
/** Records that are parsed, scored and stored together: large enough to amortise a durable commit, small enough to stay responsive. */
export const BATCH_RECORDS_MAX = 1_024;
/** Bytes of original lines in one batch: a thousand lines of a mebibyte each are not held at once. */
export const BATCH_BYTES_MAX = 4_194_304;
/** Records in one JSON array: its rejections are held until its end, and who has more has NDJSON. */
export const JSON_ARRAY_RECORDS_MAX = 131_072;
/** Characters of a name in a bulk request (`_id`, `_index`), as Elasticsearch has it. */
export const BULK_ID_CHARACTERS_MAX = 512;
/** A body of OTLP logs: it is parsed as one tree, some 60 ms, and a collector's batch of 8,192 records is half of it. */
export const OTLP_BODY_BYTES_MAX = 8_388_608;
/** Body of a management request (a window, a key, a thousand judgements of 60 bytes each). */
export const MANAGEMENT_BODY_BYTES_MAX = 262_144;
/** Requests with records that are under way at once: each holds a batch or two and its part of the answer. A key gets half at most. */
export const RECORD_REQUESTS_MAX = 256;
/** Answer that is kept for a client that sends all before it reads: some 400,000 results. Beyond it, reading its body waits. */
export const ANSWER_BYTES_MAX = 67_108_864;
/** Whole bodies and unread answers of all requests together; those of one key, half at most. */
export const HELD_BYTES_MAX = 536_870_912;
/** Characters of one text field kept in a record (message, URL, user agent). */
export const FIELD_CHARACTERS_MAX = 65_536;
/** Answers kept of one DNS record. */
export const DNS_ANSWERS_MAX = 64;
/** One message of syslog: RFC 5424 asks for 2 KiB, RFC 5425 for 8; events of Windows come to 64. */
export const SYSLOG_MESSAGE_BYTES_MAX = 65_536;
/** Connections of syslog over TCP and TLS together; of one address, as many as it leaves to others. */
export const SYSLOG_CONNECTIONS_MAX = 512;
/** Messages of syslog that wait for the store: some 100,000 of 400 bytes. One sender gets half at most. */
export const SYSLOG_QUEUE_BYTES_MAX = 67_108_864;
/** Symbols of one string that the character model reads and learns; what follows is told by the length token alone. */
export const SEQUENCE_SYMBOLS_MAX = 1_024;
/** Characters of one category token. */
export const TOKEN_CHARACTERS_MAX = 128;
/** Category tokens of one record. */
export const RECORD_TOKENS_MAX = 256;
/** Length of a window, its note and its name. */
export const WINDOW_DURATION_MS_MAX = 400 * DAY_MS;
export const NOTE_CHARACTERS_MAX = 4_096;
export const NAME_CHARACTERS_MAX = 128;
/** Judgements in one call: one ledger entry holds them all and stays small. */
export const JUDGEMENTS_MAX = 1_000;
/** Items of one page. */
export const PAGE_ITEMS_MAX = 1_000;
/** Bytes of original lines and contents in one page of records, one record apart: three of the longest lines. */
export const PAGE_BYTES_MAX = 4_194_304;
/** Records that a search looks at for one page before it says where to go on: writers wait for the same thread. */
export const SEARCHED_RECORDS_MAX = 16_384;
/** Content that a search for text reads for one page, for the same reason. */
export const SEARCHED_BYTES_MAX = 8_388_608;
/** Requests that read records back at once: they share one store, so more would only hold more. */
export const READ_BACK_REQUESTS_MAX = 4;
/** Requests that wait for their turn to read records back; they hold nothing but their connection. */
export const READ_BACK_WAITING_MAX = 256;
/**
 * What one request that reads records back holds until its answer is written: its page four times (stored, on its way
 * between threads, scored, as fields of the answer), and the text of the answer, six times at most: a control character
 * is six in JSON.
 */
export const READ_BACK_BYTES_MAX = 41_943_040;
/** Records of each class that the curve of a policy rests on: a false-alarm rate of one in a thousand is told within a third. */
export const JUDGED_SAMPLE_MAX = 8_192;
/** The newest records that its alarms a day are counted in. */
export const TRAFFIC_SAMPLE_MAX = 16_384;
/** Reasons of one result. */
export const EXPLAIN_MAX = 100;
/** Of them, the strongest, of which it is told what taught them: each is looked for in all that is read for that. */
export const TAUGHT_REASONS_MAX = 16;
/** Earliest and latest time that a record may claim: 1980 (before it, clocks that were never set) and a day ahead of receipt. */
export const RECORD_AT_MS_MIN = 315_532_800_000;
export const RECORD_AHEAD_MS_MAX = DAY_MS;
/** Records and symbols that one part of a slice holds, so that manifests and segments stay under DOCUMENT_BYTES_MAX. */
export const PART_RECORDS_MAX = 32_768;
/** Symbols that a part is planned for: about five thousand names, a second of work. */
export const SEGMENT_SYMBOLS_MAX = 131_072;
/** Rows of one segment: at most ten bytes each keep it under DOCUMENT_BYTES_MAX. */
export const SEGMENT_ROWS_MAX = 393_216;
/** The largest document of any store (MongoDB allows 16 MB; smaller ones replicate better). */
export const DOCUMENT_BYTES_MAX = 4_194_304;
/** Record references in one `late` entry: 24 bytes each. */
export const LATE_RECORDS_MAX = 65_536;
/** Slices that one `seal` entry names: some six weeks of hours. */
export const SEALED_SLICES_MAX = 1_024;
/** Lines of an import: more n-grams than a model of a few hundred megabytes holds. */
export const IMPORT_ROWS_MAX = 16_777_216;
/** Bytes of one of its lines: a token of 128 characters that are all escaped comes to a fifth of it. */
export const IMPORT_LINE_BYTES_MAX = 4_096;
/** Fields of an import; this version sees about a hundred. */
export const IMPORT_FIELDS_MAX = 1_024;
/** Rows of one part of an import: writing one down keeps the thread that answers for some ten milliseconds. */
export const IMPORT_PART_ROWS_MAX = 16_384;
/** Tokens of a difference between two models: who has to look at more of them looks at the exports. */
export const DIFF_TOKENS_MAX = 10_000;
