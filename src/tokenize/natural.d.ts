/** Types of the one file of `natural` that is used. The package's root must not be loaded (docs/tokens.md). */
declare module 'natural/lib/natural/stemmers/porter_stemmer.js' {
  const stemmer: {
    /** The Porter (1980) stem of one lower-case English word. */
    stem(word: string): string;
  };
  export default stemmer;
}
