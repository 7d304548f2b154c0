/** Where copies of a leg's packets leave from and go to; RTCP uses the ports behind. */
export interface CopyRoute {
  readonly host: string;
  readonly port: number;
  readonly targetHost: string;
  readonly targetPort: number;
  readonly tos: number | undefined;
  readonly rtcp: boolean;
}
