// The part of mdns that the hub uses; the package brings no types of its own.
declare module 'mdns' {
  interface Service {
    readonly name?: string;
    readonly host?: string;
    readonly addresses?: readonly string[];
    readonly txtRecord?: Readonly<Record<string, unknown>>;
  }
  interface Browser {
    on(event: 'serviceUp', listener: (service: Service) => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
    start(): void;
  }
  interface Mdns {
    tcp(name: string): unknown;
    udp(name: string): unknown;
    createBrowser(type: unknown, options: { readonly resolverSequence: readonly unknown[] }): Browser;
    readonly rst: { DNSServiceResolve(): unknown };
  }
  const mdns: Mdns;
  export default mdns;
}
