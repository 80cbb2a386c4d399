/** Gives a text of a catalogue, with values put into it. */
export type Translate = (key: string, values?: Record<string, string | number>) => string;
