"""Digests that others have published, in our own arrangement (open_platform_and_events.md §II.3).

Sources: *official* is TikTok's own Events API 2.0 parameter page or help centre; the rest are the
public tests of senders like this one.
"""

from typing import Final, NamedTuple

__all__ = [
    "ALREADY_HASHED",
    "DEVICE_ID",
    "DEVICE_ID_DIGEST",
    "DIGESTS",
    "NEEDING_AN_OPTION",
    "PLACES",
    "WRONG",
    "Digest",
]


class Digest(NamedTuple):
    """What becomes of a value of a field, and who says so."""

    field: str
    raw: object
    form: str
    sha256: str
    source: str


DIGESTS: Final = [
    Digest(
        "email",
        " ALICE_abc@gmail.com ",
        "alice_abc@gmail.com",
        "848a771458438fc2ec420560d769fb9b9b86851ee338ec56517baabd79d3bb4f",
        "official",
    ),
    Digest(
        "phone",
        "(+1)2133734253",
        "+12133734253",
        "9f7ec22d72092cd3c0b58726ed9c2d91b92e51a3f29837508fb2948bb22dd2fd",
        "official",
    ),
    Digest(
        "external_id",
        "user_123",
        "user_123",
        "80fba0ae1c48e3978e43e4efc365e14e12ea0c830ba8ba5b9a2dafc7e3f2ab8b",
        "official",
    ),
    Digest(
        "first_name",
        "Jane",
        "jane",
        "81f8f6dde88365f3928796ec7aa53f72820b06db8664f5fe76a7eb13e24546a2",
        "official",
    ),
    Digest(
        "zip_code",
        "95110",
        "95110",
        "383f7fffd99f3b1c3066086bcf991eae7ad543589d12bd792ecb6dc8b5acebc1",
        "official",
    ),
    Digest(
        "zip_code",
        "M5V 3L9",
        "m5v3l9",
        "5c850751d57c5d887fe7807d3da801efe7e8faa1f105ea36cdcd913dd32a41c7",
        "official",
    ),
    Digest(
        "email",
        "test@example.com",
        "test@example.com",
        "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b",
        "RudderStack",
    ),
    Digest(
        "phone",
        "+1234567890",
        "+1234567890",
        "422ce82c6fc1724ac878042f7d055653ab5e983d186e616826a72d4384b68af8",
        "RudderStack, PostHog",
    ),
    Digest(
        "external_id",
        123,
        "123",
        "a665a45920422f9d417e4867efdc4fb8a04a1f3fff1fa07e998e86f7f7a27ae3",
        "RudderStack",
    ),
    Digest(
        "email",
        "bugsbunny@warnerbros.com",
        "bugsbunny@warnerbros.com",
        "67e28cdcc3e845d3a4da05ca9fe5ddb7320a83b4cc2167f0555a3b04f63511e3",
        "Segment",
    ),
    Digest(
        "email",
        "daffyduck@warnerbros.com",
        "daffyduck@warnerbros.com",
        "2d2fb2388f17f86affee71d632978425a3037fa8eed5b3f2baaa458c80d495ed",
        "Segment",
    ),
    Digest(
        "first_name",
        "Max",
        "max",
        "9baf3a40312f39849f46dad1040f2f039f1cffa1238c41e9db675315cfad39b6",
        "PostHog",
    ),
    Digest(
        "last_name",
        "AI",
        "ai",
        "32e83e92d45d71f69dcf9d214688f0375542108631b45d344e5df2eb91c11566",
        "PostHog",
    ),
    Digest(
        "email",
        "example@posthog.com",
        "example@posthog.com",
        "3d4eee8538a4bbbe2ef7912f90ee494c1280f74dd7fd81232e58deb9cb9997e3",
        "PostHog",
    ),
    Digest(
        "external_id",
        "person-id",
        "person-id",
        "b5400f5d931b20e0e905cc4a009a428ce3427b3110e3a2a1cfc7e6349beabc10",
        "PostHog",
    ),
    Digest(
        "email",
        "user@example.com",
        "user@example.com",
        "b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514",
        "walkerOS",
    ),
    Digest(
        "external_id",
        "user-123",
        "user-123",
        "fcdec6df4d44dbc637c7c5b58efface52a7f8a88535423430255be0bb89bedd8",
        "walkerOS",
    ),
    Digest(
        "email",
        "test@test.com",
        "test@test.com",
        "f660ab912ec121d1b1e928a0bb4bc61b15f5ad44d5efdc4e1c92a25e99b8e44a",
        "official server-side GTM template",
    ),
    Digest(
        "phone",
        "+33 6 12 34 56 78",
        "+33612345678",
        "42d573cfc315801d4cd8eddd5416b416a0bf298b9b9e12d6b07442c91db42bd8",
        "third party",
    ),
    Digest(
        "phone",
        "0031 6 12345678",
        "+31612345678",
        "fab7be8a931d1088a82f6acf9e468aaf6a3accc07d5112ee5d6fca93281e1583",
        "third party",
    ),
    Digest(
        "phone",
        "+86 138 0000 0000",
        "+8613800000000",
        "cc0058bc7784ae0358acf0c091025c7a69d400e148d8688badfa029c9f8c686e",
        "official rule",
    ),
]

#: Telephone numbers that need an option: the option, the number, its form and its digest.
NEEDING_AN_OPTION: Final[list[tuple[dict[str, object], str, str, str]]] = [
    (
        {"assume_international": True},
        "12345678901234",
        "+12345678901234",
        "00a63bd0437d6ca0fa7b95c00ab2e7c020faa71440e5246750d6b517689e6777",
    ),
    (
        {"assume_international": True},
        "98765432109876",
        "+98765432109876",
        "ce7b12d132a021393e793d21d6e8e673ac06042922b73cc10f2d7db597657a4a",
    ),
    (
        {"default_country": "RO"},
        "0722123456",
        "+40722123456",
        "93841fe8558bfa0dbc484f476f27af1de186cd33dfb09c4d1215d42f1abbe0f5",
    ),
    (
        {"default_country": "BR"},
        "11 98765-4321",
        "+5511987654321",
        "38225ec3dccec4189659c110ddc4f3dc9c27539850cb6a9ddae31ae03a5cf441",
    ),
    (
        {"cn_phone_without_country_code": True},
        "+86 138 0000 0000",
        "13800000000",
        "359ea74a80a57accd42a7311ed96eca04f3e631d0ab34ea76808c543240d8a68",
    ),
]

#: An advertising id, and its digest in lower case as peers send it.
DEVICE_ID: Final = "7A3CBEA0-BDF5-11E4-8DFC-AA07A5B093DB"
DEVICE_ID_DIGEST: Final = "08f1f8e9e433f685c514154e1a5b0dfe1885c6f140a7e3eff08a037bda13dcc1"

#: Digests that peers are known to send, and nobody should: field, value, digest, mistake.
WRONG: Final = [
    (
        "phone",
        "(+1)2133734253",
        "1f81adb30e11317806be982cc82769fbf8627833a89dd87cb24d282f71828830",
        "the + is missing",
    ),
    (
        "email",
        " ALICE_abc@gmail.com ",
        "9639dd27216fdc34715f883251347ec2b681b0ee8de8f5418432a57a95e49a01",
        "not in lower case",
    ),
    (
        "gaid",
        DEVICE_ID,
        "d476ca08c0b93013e1dd2ca4d59b225c927355ce5bf6e0cfd222590a89c7dedb",
        "not in lower case",
    ),
]

#: What is a digest already: field, as it comes, as it goes out.
ALREADY_HASHED: Final = [
    (
        "email",
        "848A771458438FC2EC420560D769FB9B9B86851EE338EC56517BAABD79D3BB4F",
        "848a771458438fc2ec420560d769fb9b9b86851ee338ec56517baabd79d3bb4f",
    ),
    *(
        (field, digest, digest)
        for field, digest in [
            ("phone", "c17c025fb9ed44eae8a9d5c9df0312af5c6161bd79bd669692364fc5ecaf108a"),
            ("idfa", DEVICE_ID_DIGEST),
        ]
    ),
]

#: Places go out as they are: field, as it comes, as it goes out (third party's tests).
PLACES: Final = [
    ("city", "Târgu Mureș", "targumures"),
    ("state", "Mureș", "mures"),
    ("city", "Cluj-Napoca", "clujnapoca"),
    ("city", "San Francisco", "sanfrancisco"),
    ("country", "US", "us"),
]
