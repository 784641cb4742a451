/** A statement as it is drawn: texts are ready to print. */
export interface Statement {
  readonly title: string;
  readonly subtitle: string;
  readonly totals: readonly (readonly [name: string, amount: string])[];
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly footer: string;
}

/** The built-in fonts know Latin letters; the spaces and the minus of number formats are written as they have them. */
const printable = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ').replace(/\u2212/g, '-');

/** Shares of the width that the columns take: when, order, item, paid, commission, net, rule. */
const shares = [0.1, 0.15, 0.26, 0.12, 0.12, 0.12, 0.13];
const rightFrom = 3;

/** Draws a statement as a PDF, page by page, the head of the table on each. The library comes when it is first asked for. */
export async function drawStatement(statement: Statement): Promise<Blob> {
  const [{ PDFDocument, registerStdFonts }, regular, bold, { toBlob }] = await Promise.all([
    import('pdfkit'),
    import('pdfkit/standard-fonts/Helvetica'),
    import('pdfkit/standard-fonts/HelveticaBold'),
    import('pdfkit/output'),
  ]);
  registerStdFonts?.(regular.default, bold.default);
  const document = new PDFDocument({ size: 'A4', margin: 40, info: { Title: printable(statement.title) } });
  const blob = toBlob(document);
  const { width, height, margins } = document.page;
  const inner = width - margins.left - margins.right;
  const starts = shares.map(
    (_, index) => margins.left + inner * shares.slice(0, index).reduce((sum, each) => sum + each, 0),
  );
  const line = (y: number) =>
    document
      .moveTo(margins.left, y)
      .lineTo(width - margins.right, y)
      .stroke();
  const row = (cells: readonly string[], y: number, font: string) => {
    document.font(font).fontSize(7.5);
    for (const [index, cell] of cells.entries())
      document.text(printable(cell), starts[index] ?? margins.left, y, {
        width: inner * (shares[index] ?? 0.1) - 4,
        align: index >= rightFrom ? 'right' : 'left',
        height: 10,
        ellipsis: true,
      });
  };
  let page = 0;
  const begin = (y: number): number => {
    page++;
    document.strokeColor('#999999').lineWidth(0.5);
    row(statement.columns, y, 'Helvetica-Bold');
    line(y + 12);
    document.font('Helvetica').fontSize(7).fillColor('#666666');
    // inside the margin, so that the text does not begin another page
    document.text(`${printable(statement.footer)} · ${page}`, margins.left, height - margins.bottom - 10, {
      width: inner,
      height: 9,
    });
    document.fillColor('#000000');
    return y + 17;
  };
  document
    .font('Helvetica-Bold')
    .fontSize(15)
    .text(printable(statement.title), margins.left, margins.top, { width: inner });
  document
    .font('Helvetica')
    .fontSize(10)
    .text(printable(statement.subtitle), margins.left, margins.top + 22, { width: inner });
  let y = margins.top + 46;
  for (const [name, amount] of statement.totals) {
    document
      .font('Helvetica')
      .fontSize(9)
      .text(printable(name), margins.left, y, { width: inner / 2 });
    document
      .font('Helvetica-Bold')
      .text(printable(amount), margins.left + inner / 2, y, { width: inner / 4, align: 'right' });
    y += 14;
  }
  y = begin(y + 12);
  for (const cells of statement.rows) {
    if (y > height - margins.bottom - 26) {
      document.addPage();
      y = begin(margins.top);
    }
    row(cells, y, 'Helvetica');
    y += 12;
  }
  document.end();
  return blob;
}
