/** The certificate: what it is, for whom, and for how long. */
import { de, en } from "../src/i18n/certificate";
import { look } from "./fixtures/look";
import { expect, speakGerman, test } from "./fixtures/test";

test("the certificate that the server made is shown with its names, end and fingerprint", async ({ as }) => {
  const page = await as("owner", "/settings/certificate");
  const main = page.getByRole("main");
  await expect(main.getByText(en["certificate.self_signed"], { exact: true })).toBeVisible();
  await expect(main.getByText("localhost")).toBeVisible();
  await expect(main.getByText(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)).toBeVisible();
  await expect(main.getByText(/\(7[0-9]{2} days left\)/)).toBeVisible();
  await expect(main.getByRole("alert")).toHaveCount(0);
  await look(page, "certificate");
  await speakGerman(page);
  await expect(main.getByText(de["certificate.self_signed"], { exact: true })).toBeVisible();
  await look(page, "certificate-german");
});
