/** Types of the one file of `natural` that the benchmark compares with; its root is never loaded. */
declare module 'natural/lib/natural/classifiers/bayes_classifier.js' {
  export default class BayesClassifier {
    readonly features: Record<string, number>;
    addDocument(tokens: string | string[], label: string): void;
    train(): void;
    textToFeatures(tokens: string[]): number[];
    getClassifications(tokens: string | string[]): { label: string; value: number }[];
  }
}

/** Words by what is no letter, digit, quote, dash or slash. */
declare module 'natural/lib/natural/tokenizers/aggressive_tokenizer.js' {
  export default class AggressiveTokenizer {
    tokenize(text: string): string[];
  }
}
