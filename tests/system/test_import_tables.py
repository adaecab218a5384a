"""Tables as WPS and Excel write them, and the registry as a table that can be imported again."""
import csv
import io

import acts
import entry_pb2 as pb
import pytest
import query_pb2 as query
from test_gateway import BEGINNING

SITES = "code,kind,area,name_zh,name_en\r\nx-1,COUR,c1,东里驿站一号,first\r\nx-2,COUR,c1,“南门”，二号,\r\n"


@pytest.fixture
def town(make_town, template):
    town = make_town(template, rehearsal=BEGINNING)
    town.start()
    return town


def names_of(town):
    return {row.code: row.name.zh for row in town.rows("rules", sites=query.SitesQuery()) if row.code.startswith("x-")}


@pytest.mark.parametrize("encoding, said", [("utf-8", None), ("utf-8-sig", None), ("gb18030", "GB18030"), ("utf-16", "UTF-16")])
def test_a_table_is_read_in_whatever_it_was_saved(town, tmp_path, encoding, said):
    table = tmp_path / "sites.csv"
    table.write_bytes(SITES.replace("\r\n", ",,\r\n").encode(encoding))   # with the empty columns that a spreadsheet leaves
    done = town.duban("import", "sites", table)
    assert names_of(town) == {"x-1": "东里驿站一号", "x-2": "“南门”，二号"}
    assert f"按 {said} 编码读入" in done.stderr if said else "编码读入" not in done.stderr


@pytest.mark.parametrize("content, line", [
    (SITES.encode().replace("东里".encode(), b"\xff\xfe"), "3"),                       # damaged UTF-8: never GB18030
    (b"\xef\xbb\xbf" + SITES.encode("gb18030"), "2"),
    (SITES.encode("gb18030").replace("二号".encode("gb18030"), b"\x81\xff\xff"), "3"),
])
def test_what_is_neither_is_refused_with_its_line(town, tmp_path, content, line):
    lines = content.split(b"\r\n")
    if line == "3" and b"\xff\xfe" in content:
        content = b"\r\n".join([lines[0], lines[2], lines[1], b""])
    table = tmp_path / "sites.csv"
    table.write_bytes(content)
    done = town.duban("import", "sites", table, check=False)
    assert done.returncode == 1 and f"sites.csv:{line}" in done.stderr and names_of(town) == {}, done.stderr


def test_wide_signs_of_a_chinese_keyboard_are_plain_where_only_such_are_meant(town, tmp_path):
    table = tmp_path / "sites.csv"
    table.write_text("code,kind,area,name_zh,name_en,headcount\nｘ－９,ＣＯＵＲ,ｃ１,１号（东）,,３５\n", encoding="utf-8")
    town.duban("import", "sites", table)
    site, = [row for row in town.rows("rules", sites=query.SitesQuery()) if row.code == "x-9"]
    assert (site.kind, site.area, site.headcount, site.name.zh) == ("COUR", "c1", 35, "１号（东）")
    holders = tmp_path / "holders.csv"
    holders.write_text("account,roles,title_zh,title_en,channel,phone\nｗ１,巡查员：ｎｏｒｔｈ　lead,某岗,,sms,１３８００００１２３４\n", encoding="utf-8")
    town.duban("import", "holders", holders)
    holder, = town.rows("rules", holders=query.HoldersQuery(account="w1"))
    assert [(grant.role, grant.scope) for grant in holder.roles] == [(pb.ROLE_INSPECTOR, "north"), (pb.ROLE_LEAD, "")]


def test_a_dry_run_names_each_faulty_cell(town, tmp_path):
    table = tmp_path / "sites.csv"
    table.write_bytes("code,kind,area,name_zh,name_en,state\nx 1,COUR,c1,一,,\nx-2,COUR,c1,,,shut\nx-3,COUR,nowhere,三,,\nx-3,COUR,c1,四,,\n".encode("gb18030"))
    done = town.duban("import", "sites", table, "--dry-run", check=False)
    for place in ("sites.csv:2:1:", "sites.csv:3:", "sites.csv:5:1:"):
        assert place in done.stderr, done.stderr
    assert "operating" in done.stderr and done.returncode == 1 and names_of(town) == {}


TRICKY = ["=1+1", "'=1", "'", "逗号,引号\"", "－减", "@某"]


def registry(town, folder):
    tables = {}
    for kind in ("areas", "sites", "holders", "households", "units"):
        town.duban("registry", kind, folder / f"{kind}.csv", "--reason", "核对登记", "--replace")
        tables[kind] = (folder / f"{kind}.csv").read_bytes()
        assert (folder / f"{kind}.csv").stat().st_mode & 0o777 == 0o600
    return tables


def test_the_registry_goes_out_and_comes_in_again(town, tmp_path):
    for number, text in enumerate(TRICKY):
        town.enter(acts.site(f"x-{number}", "COUR", "c1", text, text))
    households = tmp_path / "in-households.csv"
    households.write_text("code,area\n" + "".join(f"h-{i},c1\n" for i in range(600)))
    units = tmp_path / "in-units.csv"
    units.write_text("code,kind,name_zh,name_en,secretary,area\nb-1,branch,一支部,,lead,c1\n")
    holders = tmp_path / "in-holders.csv"
    holders.write_text("account,roles,title_zh,title_en,channel,address,phone,name,deputy,away,language,units,duty_windows,channel_2,address_2\n"
                       "m-1,inspector:north area_staff:c1,南楼组,south,webhook,http://192.0.2.1/x,+8613800001234,某人,lead,yes,zh+en,b-1,"
                       "mon-fri 08:30-12:00; sat 09:00-12:00,smtp,m@town.example\n")
    for kind, table in (("households", households), ("units", units), ("holders", holders)):
        town.duban("import", kind, table)
    before = registry(town, tmp_path)
    row, = [row for row in csv.DictReader(io.StringIO(before["holders"].decode("utf-8-sig"), newline="")) if row["account"] == "m-1"]
    assert (row["phone"], row["name"], row["address"], row["address_2"]) == ("'+8613800001234", "某人", "http://192.0.2.1/x", "m@town.example")
    for kind in before:
        town.duban("import", kind, tmp_path / f"{kind}.csv", "--again")
    assert registry(town, tmp_path) == before
    assert {row.code: row.name.zh for row in town.rows("rules", sites=query.SitesQuery()) if row.code.startswith("x-")} == \
        {f"x-{number}": text for number, text in enumerate(TRICKY)}


def test_an_empty_table_has_the_headings_that_import_takes(town, tmp_path):
    for kind in ("areas", "sites", "holders", "households", "units"):
        table = tmp_path / f"{kind}.csv"
        town.duban("registry", kind, table, "--template")
        assert len(table.read_bytes().splitlines()) == 1
        assert not [record for record in town.journal() if record.kind == "access"]
        done = town.duban("import", kind, table, "--dry-run")
        assert "没有一行内容" in done.stderr
    done = town.duban("registry", "cases", tmp_path / "x.csv", check=False)
    assert done.returncode == 2 and "households" in done.stderr
    done = town.duban("registry", "sites", tmp_path / "none/x.csv", "--reason", "核对", check=False)
    assert done.returncode == 1 and "none/x.csv" in done.stderr


def test_a_table_that_is_taken_out_is_in_the_journal_with_who_and_why(town, tmp_path):
    table = tmp_path / "holders.csv"
    for why in ((), ("--reason", ""), ("--reason", "长" * 67)):
        done = town.duban("registry", "holders", table, *why, check=False)
        assert done.returncode == 2 and "--reason" in done.stderr and not table.exists()
    town.duban("registry", "holders", table, "--reason", "换届核对", "--as", "clerk")
    noted, = [record for record in town.journal() if record.kind == "access"]
    access = noted.entry.access
    assert (noted.account, access.kind, access.object, list(access.fields), access.reason) == \
        ("clerk", pb.ACCESS_KIND_EXPORTED, "holders", ["all"], "换届核对")
    assert table.exists()


def test_a_table_that_is_there_is_written_over_only_when_that_is_said(town, tmp_path):
    table = tmp_path / "areas.csv"
    table.write_text("改过，还没导入")
    for more in (("--reason", "核对"), ("--template",)):
        done = town.duban("registry", "areas", table, *more, check=False)
        assert done.returncode == 1 and "areas.csv" in done.stderr and "--replace" in done.stderr
    assert table.read_text() == "改过，还没导入" and not [record for record in town.journal() if record.kind == "access"]
    town.duban("registry", "areas", table, "--template", "--replace")
    assert table.read_bytes().startswith(b"\xef\xbb\xbfcode,")
