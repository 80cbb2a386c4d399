/**
 * Does something again and again as long as an element is seen. While it is not, nothing runs.
 * @returns does it at once, if the element is seen
 */
export function whileSeen(element: HTMLElement, everyMs: number, work: () => Promise<void>): () => void {
  let isInView = false;
  let isWorking = false;
  let isWanted = false;
  let timer: number | undefined;
  const turn = async () => {
    clearTimeout(timer);
    if (!isInView || document.hidden) return;
    isWanted = true;
    if (isWorking) return;
    isWorking = true;
    while (isWanted) {
      isWanted = false;
      await work();
    }
    isWorking = false;
    if (isInView && !document.hidden) timer = window.setTimeout(() => void turn(), everyMs);
  };
  new IntersectionObserver((entries) => {
    isInView = entries.at(-1)!.isIntersecting;
    void turn();
  }).observe(element);
  document.addEventListener('visibilitychange', () => void turn());
  return () => void turn();
}
