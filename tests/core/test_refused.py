from tewatashi.core.refused import Refused


def test_a_refusal_names_both_values_the_next_act_and_the_requirement() -> None:
    refused = Refused(
        "count", "件数が違います。", found=99, expected=100, do="抽出をやり直してください。", requirement="WORK-3"
    )
    assert str(refused) == "件数が違います。（実際: 99 ／ 期待: 100） 抽出をやり直してください。［WORK-3］"
    assert refused.as_dict()["code"] == "count"
