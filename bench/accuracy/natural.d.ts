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
