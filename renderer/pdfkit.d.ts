/** What we use of PDFKit's build for browsers; the published types are of an older version. */
declare module 'pdfkit' {
  interface Document {
    readonly page: {
      readonly width: number;
      readonly height: number;
      readonly margins: {
        readonly left: number;
        readonly right: number;
        readonly top: number;
        readonly bottom: number;
      };
    };
    font(name: string): Document;
    fontSize(size: number): Document;
    fillColor(color: string): Document;
    strokeColor(color: string): Document;
    lineWidth(width: number): Document;
    text(
      text: string,
      x: number,
      y: number,
      options?: { width?: number; align?: 'left' | 'right'; lineBreak?: boolean; ellipsis?: boolean; height?: number },
    ): Document;
    widthOfString(text: string): number;
    moveTo(x: number, y: number): Document;
    lineTo(x: number, y: number): Document;
    stroke(): Document;
    addPage(): Document;
    end(): void;
  }
  export const PDFDocument: new (options: {
    size: string;
    margin: number;
    info?: Readonly<Record<string, string>>;
  }) => Document;
  /** Only the build for browsers has it; the other knows the fonts. */
  export const registerStdFonts: ((...fonts: readonly unknown[]) => void) | undefined;
}
declare module 'pdfkit/standard-fonts/Helvetica' {
  const font: unknown;
  export default font;
}
declare module 'pdfkit/standard-fonts/HelveticaBold' {
  const font: unknown;
  export default font;
}
declare module 'pdfkit/output' {
  import type { Document } from 'pdfkit';
  export function toBlob(document: Document): Promise<Blob>;
}
