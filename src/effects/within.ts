/** What is promised, or `otherwise` when it takes longer. */
export async function within<T>(maxMs: number, promised: Promise<T>, otherwise: T): Promise<T> {
  const late = Promise.withResolvers<T>();
  const limit = setTimeout(() => late.resolve(otherwise), maxMs);
  limit.unref();
  try {
    return await Promise.race([promised, late.promise]);
  } finally {
    clearTimeout(limit);
  }
}
