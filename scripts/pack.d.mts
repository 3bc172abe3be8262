// The types of pack.mjs, for the test that installs what it packs.

export function pack(folder: string, flavors?: readonly string[], options?: { readonly profile?: string }): Promise<readonly string[]>;
