/** What a webhook's path may be, below `ttn/`. */
export function isWebhookPath(path: string): boolean {
  return /^[\w-]+$/.test(path);
}

/** What a group of a shared subscription may be called: a part of a topic. */
export function isGroup(name: string): boolean {
  return !/[/+#]/.test(name);
}
