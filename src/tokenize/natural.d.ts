/** Types of the one file of `natural` that is used. The package's root is never loaded: it reads ./.env, prints, and takes 117 MB. */
declare module 'natural/lib/natural/stemmers/porter_stemmer.js' {
  const stemmer: {
    /** The Porter (1980) stem of one lower-case English word. */
    stem(word: string): string;
  };
  export default stemmer;
}
