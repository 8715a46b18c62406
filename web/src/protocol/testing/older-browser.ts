const named = (argument: unknown): unknown =>
  typeof argument === 'object' && argument !== null && 'name' in argument ? argument.name : argument;

/** WebCrypto as of a browser that lacks some algorithms, which it refuses as the standard says. */
export function without(...missing: readonly string[]): SubtleCrypto {
  return new Proxy(crypto.subtle, {
    get(subtle, name) {
      const method = Reflect.get(subtle, name) as (...args: unknown[]) => Promise<unknown>;
      return (...args: unknown[]) =>
        args.some((one) => missing.includes(named(one) as string))
          ? Promise.reject(new DOMException('unrecognized name', 'NotSupportedError'))
          : method.apply(subtle, args);
    },
  });
}
